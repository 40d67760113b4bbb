/**
 * Ten mistakes that public clients make, each a switch: what it does, and what an enterprise owes instead.
 * They were chosen from what is known of real clients, before a case of the suite was read, and stay as they are.
 */
enum Fault {
    FIRST_RECORD_ONLY("reads only the first record of a return",
            "a return has up to 100 records, and each of them is for its own document"),
    OLDER_TIME_DROPPED("compares returnTime as text and drops what is not later than the last",
            "returns come out of order and several in a millisecond; none is lost for its time"),
    LATE_ENTRY_OVERWRITES("lets a late 120 (put on record) overwrite 399 or 800 (approved, released)",
            "a return that comes late never takes a final state back"),
    DUPLICATE_DOWNGRADES("takes the refusal of a repeated document (repeated declaration) for its state",
            "what customs says of a copy does not take back what it said of the document"),
    FORMAT_REFUSAL_LOGGED("only logs CEB900 and ties it to no message",
            "oriCopMsgId names the message that could not be read: it is corrected and sent again"),
    DIES_OF_UNKNOWN_KEY("the thread that reads returns ends at one for a document it does not know",
            "a return for an unknown key is kept for a person, and reading goes on"),
    TWELVE_HOUR_CLOCK("writes appTime with hh, a clock of twelve hours",
            "times of report are Beijing time, of 24 hours"),
    DOUBLE_AMOUNTS("counts money as double and prints it as Java does",
            "amounts are decimals: quantity times price is the total price to the digit"),
    NOT_ESCAPED("puts XML together from text without escaping it",
            "a name may hold & or <: the message is well-formed all the same"),
    XSI_OUT_OF_SCOPE("signs without xsi declared on the root, where the signature is made with it in scope",
            "the signature holds over the canonical form of the document that is sent");

    /** What the client does. */
    final String does;
    /** What it should do. */
    final String owes;

    Fault(String does, String owes) {
        this.does = does;
        this.owes = owes;
    }
}
