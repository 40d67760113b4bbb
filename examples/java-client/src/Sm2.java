import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/** SM2 with SM3 as the annex asks for it: raw r||s of 64 bytes, signer's id 1234567812345678. */
final class Sm2 {
    private static final byte[] ID = "1234567812345678".getBytes(StandardCharsets.US_ASCII);

    private Sm2() {
    }

    /** A certificate as DER, from PEM or Base64. */
    static byte[] certificate(Path file) throws Exception {
        return der(file);
    }

    /** A private key, PKCS #8 as PEM without passphrase. */
    static ECPrivateKeyParameters key(Path file) throws Exception {
        return (ECPrivateKeyParameters) PrivateKeyFactory.createKey(der(file));
    }

    /** Serial number of a certificate in hexadecimal, whole bytes: what KeyName says. */
    static String serial(byte[] certificate) {
        BigInteger number = Certificate.getInstance(certificate).getSerialNumber().getValue();
        String digits = number.toString(16);
        return digits.length() % 2 == 0 ? digits : "0" + digits;
    }

    static byte[] sm3(byte[] data) {
        SM3Digest digest = new SM3Digest();
        digest.update(data, 0, data.length);
        byte[] out = new byte[digest.getDigestSize()];
        digest.doFinal(out, 0);
        return out;
    }

    static byte[] sign(ECPrivateKeyParameters key, byte[] data) throws CryptoException {
        SM2Signer signer = new SM2Signer(PlainDSAEncoding.INSTANCE);
        signer.init(true, new ParametersWithID(new ParametersWithRandom(key, new SecureRandom()), ID));
        signer.update(data, 0, data.length);
        return signer.generateSignature();
    }

    static boolean verify(byte[] certificate, byte[] data, byte[] signature) throws Exception {
        var info = Certificate.getInstance(certificate).getSubjectPublicKeyInfo();
        SM2Signer signer = new SM2Signer(PlainDSAEncoding.INSTANCE);
        signer.init(false, new ParametersWithID((ECPublicKeyParameters) PublicKeyFactory.createKey(info), ID));
        signer.update(data, 0, data.length);
        return signature.length == 64 && signer.verifySignature(signature);
    }

    private static byte[] der(Path file) throws Exception {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
    }
}
