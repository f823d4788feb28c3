package io.tandem.agent.doctor;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * What is known of a server once it was reached. Immutable.
 *
 * @param side {@code local} or {@code atlas}
 * @param hello its answer to {@code isMaster}
 * @param version such as {@code 6.0.20}; {@code 0.0} when it did not tell
 */
record ServerFacts(String side, MongoClient client, MongoDatabase database, BsonDocument hello, String version) {

    boolean isSharded() {
        return hello.getString("msg", new BsonString("")).getValue().equals("isdbgrid");
    }

    boolean isReplicaSet() {
        return hello.containsKey("setName");
    }

    /** Members that hold data; 1 when it is not told. */
    int members() {
        return hello.isArray("hosts") ? hello.getArray("hosts").size() : 1;
    }

    boolean isDevice() {
        return side.equals("local");
    }

    boolean atLeast(int major, int minor) {
        String[] parts = version.split("[.-]", -1);
        int actualMajor = number(parts[0]);
        int actualMinor = parts.length > 1 ? number(parts[1]) : 0;
        return actualMajor > major || (actualMajor == major && actualMinor >= minor);
    }

    private static int number(String text) {
        String digits = text.replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits);
    }
}
