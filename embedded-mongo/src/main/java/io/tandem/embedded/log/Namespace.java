package io.tandem.embedded.log;

import io.tandem.embedded.error.ServerError;

/**
 * The name of a collection, or of a database when the collection is empty.
 *
 * @param collection empty for a whole database
 */
public record Namespace(String database, String collection) {
    private static final int MAX_BYTES = 255;

    public static Namespace parse(String full) {
        int dot = full.indexOf('.');
        return dot < 0 ? new Namespace(full, "") : new Namespace(full.substring(0, dot), full.substring(dot + 1));
    }

    /** A valid collection name, or the server's refusal. */
    public static Namespace collection(String database, String collection) {
        Namespace result = new Namespace(database, collection);
        boolean bad = collection.isEmpty()
                || collection.startsWith(".")
                || collection.endsWith(".")
                || collection.indexOf('$') >= 0
                || collection.indexOf('\0') >= 0
                || result.full().length() > MAX_BYTES
                || !validDatabase(database);
        if (bad) {
            throw new ServerError(ServerError.INVALID_NAMESPACE, "Invalid namespace specified '" + result.full() + "'");
        }
        return result;
    }

    public static boolean validDatabase(String database) {
        return !database.isEmpty()
                && database.length() < 64
                && database.chars().noneMatch(c -> "/\\. \"$\0".indexOf(c) >= 0);
    }

    public String full() {
        return collection.isEmpty() ? database : database + "." + collection;
    }

    /** Whether changes of this collection are ever reported by change streams. */
    public boolean isReported() {
        return !isInternalDatabase() && !collection.startsWith("system.") && !collection.startsWith("$");
    }

    public boolean isInternalDatabase() {
        return database.equals("admin") || database.equals("config") || database.equals("local");
    }

    @Override
    public String toString() {
        return full();
    }
}
