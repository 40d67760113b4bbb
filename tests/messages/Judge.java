import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * The JDK's reading of a schema, for many documents in one process.
 *
 * <p>Arguments: schema files. Standard input: documents, each as the number of its schema (one byte), its length (four
 * bytes, big end first) and its bytes. Standard output: a line a document, `1` valid or `0` with what is wrong.
 */
final class Judge {
    public static void main(String[] files) throws Exception {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        Validator[] validators = new Validator[files.length];
        for (int i = 0; i < files.length; i++) {
            Schema schema = factory.newSchema(new File(files[i]));
            validators[i] = schema.newValidator();
            validators[i].setErrorHandler(new Strict());
        }
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        StringBuilder out = new StringBuilder();
        while (true) {
            int schema;
            try {
                schema = in.readUnsignedByte();
            } catch (EOFException end) {
                break;
            }
            byte[] document = new byte[in.readInt()];
            in.readFully(document);
            out.append(verdict(validators[schema], document)).append('\n');
        }
        System.out.write(out.toString().getBytes("UTF-8"));
        System.out.flush();
    }

    private static String verdict(Validator validator, byte[] document) throws Exception {
        try {
            validator.validate(new StreamSource(new ByteArrayInputStream(document)));
            return "1";
        } catch (SAXException wrong) {
            return "0 " + String.valueOf(wrong.getMessage()).replace('\n', ' ');
        }
    }

    private static final class Strict implements ErrorHandler {
        public void warning(SAXParseException warning) {}

        public void error(SAXParseException error) throws SAXException {
            throw error;
        }

        public void fatalError(SAXParseException error) throws SAXException {
            throw error;
        }
    }
}
