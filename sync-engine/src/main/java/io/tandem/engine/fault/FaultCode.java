package io.tandem.engine.fault;

/** The stable names of everything that can go wrong, what kind it is, and what an operator should do. */
public enum FaultCode {
    LOCAL_UNREACHABLE(
            101, Category.RETRY, "The local database cannot be reached.", "Start it, or correct MONGODB_URI."),
    HUB_UNREACHABLE(
            102,
            Category.RETRY,
            "The hub cannot be reached.",
            "Check the network, the Atlas access list and MONGODB_ATLAS_URI. Local changes are kept and sent later."),
    AUTHENTICATION_FAILED(
            103,
            Category.OPERATOR,
            "The server refused the user name or password.",
            "Correct the credentials in the URI."),
    NOT_AUTHORIZED(
            104,
            Category.OPERATOR,
            "The user lacks a privilege.",
            "Grant readWrite on the database (and changeStream, which read contains)."),
    STANDALONE(
            105,
            Category.OPERATOR,
            "The server is a standalone: it has no change streams.",
            "Tandem polls it; for lower latency convert it to a one-node replica set."),
    HISTORY_LOST(
            201,
            Category.RETRY,
            "The saved position is older than the server's history.",
            "Nothing: a full resync runs by itself."),
    INVALID_POSITION(202, Category.RETRY, "The saved position is not valid.", "Nothing: a full resync runs by itself."),
    EVENT_TOO_LARGE(
            203,
            Category.RETRY,
            "A change event was larger than 16 MB.",
            "Nothing: the stream is reopened without it."),
    UNIQUE_INDEX(
            301,
            Category.OPERATOR,
            "Another document holds the same value of a unique index.",
            "Change one of the two documents, then retry."),
    VALIDATION(
            302,
            Category.OPERATOR,
            "The collection's validator refused the document.",
            "Correct the document or the validator."),
    TOO_LARGE(
            303,
            Category.OPERATOR,
            "The document is larger than 16 MB once its sync metadata is added.",
            "Make the document smaller."),
    UNSUPPORTED_DOCUMENT(
            304,
            Category.OPERATOR,
            "The server refused the document's type, names or nesting.",
            "Correct the document."),
    IMMUTABLE_COLLECTION(
            305, Category.OPERATOR, "The target collection cannot be written this way.", "Exclude the collection."),
    DELETE_GUARD(
            401,
            Category.OPERATOR,
            "An unusual number of deletes is held back.",
            "Look at the collection, then approve or reject the deletes."),
    HUB_CHANGED(
            402,
            Category.OPERATOR,
            "The hub is not the one this device belongs to.",
            "Correct MONGODB_ATLAS_URI, or give the device up to the new hub with tandem resync --accept-hub."),
    IDENTITY_CLASH(
            403,
            Category.OPERATOR,
            "Another device uses the same instance id.",
            "Give each device its own INSTANCE_ID, or leave it empty."),
    CLOCK_OFFSET(
            404,
            Category.OPERATOR,
            "The device's clock is off by more than a second.",
            "Synchronise the clocks (NTP)."),
    SYNC_LOOP(
            405,
            Category.OPERATOR,
            "A document bounces between the sides without anybody changing it.",
            "Look for another program that rewrites it, then resume the key."),
    SKIPPED_COLLECTION(
            406,
            Category.OPERATOR,
            "Views, time-series, capped and system collections are not synced.",
            "Exclude the collection, or convert it."),
    FENCED(407, Category.RETRY, "Another agent of this device took over.", "Nothing: this agent stands by."),
    UNKNOWN(
            901,
            Category.OPERATOR,
            "The server answered with an error that Tandem does not know.",
            "Read the error; retry the key once it is understood.");

    /** What is to be done about a fault. */
    public enum Category {
        /** Goes away by itself or by trying again. */
        RETRY,
        /** Waits for a person. */
        OPERATOR
    }

    private final int number;
    private final Category category;
    private final String meaning;
    private final String remedy;

    FaultCode(int number, Category category, String meaning, String remedy) {
        this.number = number;
        this.category = category;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** For example {@code SYNC-201}. */
    public String id() {
        return "SYNC-" + number;
    }

    public Category category() {
        return category;
    }

    public String meaning() {
        return meaning;
    }

    public String remedy() {
        return remedy;
    }
}
