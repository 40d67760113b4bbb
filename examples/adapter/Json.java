import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** JSON as the adapter needs it: objects keep the order of their names; where you have a library, use that. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** The object that a text holds, an empty one where it is blank; IllegalArgumentException says where it is none. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        Json json = new Json(text.isBlank() ? "{}" : text);
        Object value = json.value();
        json.blanks();
        if (!(value instanceof Map) || json.at < json.text.length()) {
            throw json.wrong("one JSON object");
        }
        return (Map<String, Object>) value;
    }

    /** A value as a list of objects. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rows(Object value) {
        return (List<Map<String, Object>>) value;
    }

    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().map(one -> write(one.getKey()) + ":" + write(one.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return String.valueOf(value);
        }
        String quoted = value.toString().replace("\\", "\\\\").replace("\"", "\\\"").chars()
                .mapToObj(c -> c < ' ' ? String.format("\\u%04x", c) : Character.toString(c))
                .collect(Collectors.joining());
        return "\"" + quoted + "\"";
    }

    private Object value() {
        blanks();
        if (skip('{')) {
            Map<String, Object> out = new LinkedHashMap<>();
            for (boolean more = !skip('}'); more; more = more('}')) {
                String name = string();
                need(':');
                out.put(name, value());
            }
            return out;
        }
        if (skip('[')) {
            List<Object> out = new ArrayList<>();
            for (boolean more = !skip(']'); more; more = more(']')) {
                out.add(value());
            }
            return out;
        }
        return at < text.length() && text.charAt(at) == '"' ? string() : word();
    }

    private boolean more(char end) {
        if (skip(',')) {
            return true;
        }
        need(end);
        return false;
    }

    private String string() {
        need('"');
        StringBuilder out = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char one = text.charAt(at++);
            out.append(one == '\\' ? escaped() : one);
        }
        need('"');
        return out.toString();
    }

    private char escaped() {
        char one = at < text.length() ? text.charAt(at++) : ' ';
        if (one == 'u' && at + 4 <= text.length()) {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int index = "bfnrt".indexOf(one);
        return index < 0 ? one : "\b\f\n\r\t".charAt(index);
    }

    private Object word() {
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(word);
        };
    }

    private Object number(String word) {
        try {
            return new java.math.BigDecimal(word);
        } catch (NumberFormatException error) {
            throw wrong("a value");
        }
    }

    private boolean skip(char one) {
        blanks();
        boolean there = at < text.length() && text.charAt(at) == one;
        at += there ? 1 : 0;
        return there;
    }

    private void need(char one) {
        if (!skip(one)) {
            throw wrong("'" + one + "'");
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("JSON: expected " + expected + " at character " + at);
    }
}
