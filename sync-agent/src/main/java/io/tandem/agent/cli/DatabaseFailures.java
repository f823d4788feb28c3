package io.tandem.agent.cli;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoTimeoutException;
import io.tandem.agent.text.Masking;

/** Puts the driver's failures into words with a remedy. Pure. */
public final class DatabaseFailures {

    private static final int UNAUTHORIZED = 13;

    private DatabaseFailures() {}

    /** What went wrong and what to do, without secrets. */
    public static String explain(MongoException failed) {
        String seen = Masking.patterns(String.valueOf(failed.getMessage()));
        if (failed instanceof MongoSecurityException || failed.getCode() == 18) {
            return "The server refused the user name or password. Correct the credentials in the connection string (special characters must be"
                    + " URL-encoded). Seen: " + shortened(seen);
        }
        if (failed instanceof MongoTimeoutException) {
            return "No database server could be reached in time. Is it running, is the host name right, does the firewall (Atlas: the access list)"
                    + " let this machine in? Seen: " + shortened(seen);
        }
        if (failed instanceof MongoConfigurationException) {
            return "The connection string cannot be used: " + shortened(seen);
        }
        if (failed instanceof MongoCommandException refused && refused.getErrorCode() == UNAUTHORIZED) {
            return "The database user lacks a privilege. Grant it readWrite on the database. Seen: " + shortened(seen);
        }
        return "The database answered with an error (code " + failed.getCode() + "): " + shortened(seen);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= 400 ? line : line.substring(0, 400) + "...";
    }
}
