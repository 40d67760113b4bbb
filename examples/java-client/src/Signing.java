import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.c14n.Canonicalizer;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** The enveloped signature of a message (annex, section 6): C14N of 2001-03-15, SM2 with SM3. */
final class Signing {
    private static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    private static final String CHINAPORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#";
    private static final String C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

    static {
        org.apache.xml.security.Init.init();
    }

    private Signing() {
    }

    /** The message with its signature right before the end tag of the root; its other bytes stay as they are. */
    static String sign(String message, ECPrivateKeyParameters key, byte[] certificate) throws Exception {
        return sign(message, "", key, certificate);
    }

    /** The same, as a device signs that has `scope` (a declaration of a namespace) on the root whatever is sent. */
    static String sign(String message, String scope, ECPrivateKeyParameters key, byte[] certificate)
            throws Exception {
        Document document = parse(message.getBytes(StandardCharsets.UTF_8));
        String digest = base64(Sm2.sm3(canonical(document)));
        String unsigned = template(digest, "", certificate);
        int end = message.lastIndexOf("</");
        String inPlace = message.substring(0, end) + unsigned + message.substring(end);
        Document whole = parse(inPlace.replaceFirst(" xmlns:ceb=", scope + " xmlns:ceb=")
                .getBytes(StandardCharsets.UTF_8));
        // SignedInfo is canonicalised where it stands: the names declared on the root are a part of what is signed.
        byte[] value = Sm2.sign(key, canonical(child(child(whole.getDocumentElement(), "Signature"), "SignedInfo")));
        return message.substring(0, end) + template(digest, base64(value), certificate) + message.substring(end);
    }

    /** Null where the signature holds, else the reason. */
    static String fault(byte[] message) throws Exception {
        Document document = parse(message);
        Element root = document.getDocumentElement();
        if (document.getElementsByTagNameNS(DS, "Signature").getLength() != 1) {
            return "expected one signature";
        }
        Element signature = child(root, "Signature");
        if (signature == null) {
            return "expected the signature below the root";
        }
        Element info = child(signature, "SignedInfo");
        Element reference = child(info, "Reference");
        if (!(CHINAPORT + "sm2-sm3").equals(child(info, "SignatureMethod").getAttribute("Algorithm"))
                || !(CHINAPORT + "sm3").equals(child(reference, "DigestMethod").getAttribute("Algorithm"))
                || !reference.getAttribute("URI").isEmpty()) {
            return "expected SM2 with SM3 over the whole message";
        }
        byte[] signed = canonical(info);
        byte[] value = bytes(child(signature, "SignatureValue"));
        byte[] certificate = bytes(child(child(child(signature, "KeyInfo"), "X509Data"), "X509Certificate"));
        byte[] digest = bytes(child(reference, "DigestValue"));
        root.removeChild(signature);
        if (!Arrays.equals(digest, Sm2.sm3(canonical(document)))) {
            return "the digest differs: the message was changed";
        }
        return Sm2.verify(certificate, signed, value) ? null : "the value does not verify";
    }

    /** Well-formed XML without DTD. */
    static Document parse(byte[] data) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(null);
        builder.setEntityResolver((name, place) -> new InputSource(new StringReader("")));
        return builder.parse(new ByteArrayInputStream(data));
    }

    /** The first child element of a name, whatever its prefix; null where there is none. */
    static Element child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && name.equals(element.getLocalName())) {
                return element;
            }
        }
        return null;
    }

    private static byte[] canonical(Node node) throws Exception {
        return Canonicalizer.getInstance(Canonicalizer.ALGO_ID_C14N_OMIT_COMMENTS).canonicalizeSubtree(node);
    }

    private static String template(String digest, String value, byte[] certificate) {
        return "<ds:Signature xmlns:ds=\"" + DS + "\"><ds:SignedInfo>"
                + "<ds:CanonicalizationMethod Algorithm=\"" + C14N + "\"></ds:CanonicalizationMethod>"
                + "<ds:SignatureMethod Algorithm=\"" + CHINAPORT + "sm2-sm3\"></ds:SignatureMethod>"
                + "<ds:Reference URI=\"\"><ds:Transforms>"
                + "<ds:Transform Algorithm=\"" + DS + "enveloped-signature\"></ds:Transform></ds:Transforms>"
                + "<ds:DigestMethod Algorithm=\"" + CHINAPORT + "sm3\"></ds:DigestMethod>"
                + "<ds:DigestValue>" + digest + "</ds:DigestValue></ds:Reference></ds:SignedInfo>"
                + "<ds:SignatureValue>" + value + "</ds:SignatureValue><ds:KeyInfo>"
                + "<ds:KeyName>" + Sm2.serial(certificate) + "</ds:KeyName><ds:X509Data><ds:X509Certificate>"
                + base64(certificate) + "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>";
    }

    private static String base64(byte[] data) {
        return Base64.getEncoder().encodeToString(data);
    }

    private static byte[] bytes(Element element) {
        return Base64.getMimeDecoder().decode(element.getTextContent());
    }
}
