package io.tandem.engine.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoCredential;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ServerAddress;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.fault.SyncException;
import io.tandem.engine.model.Side;
import io.tandem.engine.write.Outcome;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriverFaultsTest {
    private static final ServerAddress SERVER = new ServerAddress("db.example");

    private static MongoCommandException answer(int code, String... labels) {
        BsonArray list = new BsonArray();
        for (String label : labels) {
            list.add(new BsonString(label));
        }
        return new MongoCommandException(
                new BsonDocument("ok", new BsonInt32(0))
                        .append("code", new BsonInt32(code))
                        .append("errmsg", new BsonString("secret text of the server"))
                        .append("errorLabels", list),
                SERVER);
    }

    private static FaultCode code(RuntimeException failure) {
        return DriverFaults.codeOf(Side.HUB, failure);
    }

    @ParameterizedTest
    @ValueSource(ints = {286, 136, 40576, 40585, 50792, 464})
    void historyIsLost(int code) {
        assertThat(code(answer(code))).isEqualTo(FaultCode.HISTORY_LOST);
    }

    @ParameterizedTest
    @ValueSource(ints = {260, 280, 9, 40646, 40647, 40648, 40649, 50795, 50796})
    void aPositionIsInvalid(int code) {
        assertThat(code(answer(code))).isEqualTo(FaultCode.INVALID_POSITION);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 43, 50, 89, 91, 133, 134, 175, 189, 234, 262, 10107, 11600, 11602, 13435, 13436})
    void theServerCannotBeTalkedToJustNow(int code) {
        assertThat(code(answer(code))).isEqualTo(FaultCode.HUB_UNREACHABLE);
        assertThat(DriverFaults.codeOf(Side.LOCAL, answer(code))).isEqualTo(FaultCode.LOCAL_UNREACHABLE);
        assertThat(DriverFaults.refusal(code)).isEqualTo(Outcome.UNKNOWN);
        assertThat(DriverFaults.mayBeOneDocument(answer(code))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "13, NOT_AUTHORIZED",
        "8000, NOT_AUTHORIZED",
        "18, AUTHENTICATION_FAILED",
        "40573, STANDALONE",
        "10334, TOO_LARGE",
        "121, VALIDATION",
        "166, IMMUTABLE_COLLECTION",
        "371, UNKNOWN",
        "99999, UNKNOWN"
    })
    void otherAnswers(int code, FaultCode fault) {
        assertThat(code(answer(code))).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource({
        "11000, UNIQUE_INDEX",
        "11001, UNIQUE_INDEX",
        "12582, UNIQUE_INDEX",
        "121, VALIDATION",
        "10334, TOO_LARGE",
        "17280, TOO_LARGE",
        "2, UNSUPPORTED_DOCUMENT",
        "15, UNSUPPORTED_DOCUMENT",
        "52, UNSUPPORTED_DOCUMENT",
        "53, UNSUPPORTED_DOCUMENT",
        "57, UNSUPPORTED_DOCUMENT",
        "16755, UNSUPPORTED_DOCUMENT",
        "166, IMMUTABLE_COLLECTION",
        "115, IMMUTABLE_COLLECTION",
        "10003, IMMUTABLE_COLLECTION",
        "20, IMMUTABLE_COLLECTION",
        "371, UNKNOWN",
        "99999, UNKNOWN"
    })
    void oneDocumentIsRefused(int code, FaultCode fault) {
        assertThat(DriverFaults.refusal(code))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(fault));
    }

    @Test
    void connectionsThatBreakAreAnOutage() {
        assertThat(code(new MongoTimeoutException("no server"))).isEqualTo(FaultCode.HUB_UNREACHABLE);
        assertThat(code(new MongoSocketReadException("cut", SERVER))).isEqualTo(FaultCode.HUB_UNREACHABLE);
        assertThat(code(new MongoConfigurationException("no such host"))).isEqualTo(FaultCode.HUB_UNREACHABLE);
        assertThat(code(new MongoClientException("no session"))).isEqualTo(FaultCode.HUB_UNREACHABLE);
    }

    @Test
    void refusedCredentialsAreNoOutageButALostConnectionWhileAuthenticatingIs() {
        MongoCredential credential = MongoCredential.createCredential("u", "admin", "p".toCharArray());
        assertThat(code(new MongoSecurityException(credential, "refused", answer(18))))
                .isEqualTo(FaultCode.AUTHENTICATION_FAILED);
        assertThat(code(new MongoSecurityException(credential, "cut", new MongoSocketReadException("cut", SERVER))))
                .isEqualTo(FaultCode.HUB_UNREACHABLE);
        MongoTimeoutException selection = new MongoTimeoutException("none");
        selection.initCause(new MongoSecurityException(credential, "refused", answer(18)));
        assertThat(code(selection)).isEqualTo(FaultCode.AUTHENTICATION_FAILED);
    }

    @Test
    void anUnknownCodeWithALabelThatItPassesIsAnOutage() {
        assertThat(code(new MongoException(-1, "x"))).isEqualTo(FaultCode.UNKNOWN);
        MongoException labelled = new MongoException(-1, "x");
        labelled.addLabel("ResumableChangeStreamError");
        assertThat(code(labelled)).isEqualTo(FaultCode.HUB_UNREACHABLE);
    }

    @Test
    void aDocumentThatIsTooLargeToSendIsTooLarge() {
        BsonMaximumSizeExceededException tooLarge = new BsonMaximumSizeExceededException("17 MB");
        assertThat(code(tooLarge)).isEqualTo(FaultCode.TOO_LARGE);
        assertThat(DriverFaults.mayBeOneDocument(tooLarge)).isTrue();
    }

    @Test
    void messagesSayWhatWasTriedAndNeverWhatTheServerSaid() {
        RuntimeException translated = DriverFaults.translate(Side.HUB, "read documents of orders", answer(13));
        assertThat(translated)
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("read documents of orders")
                .hasMessageContaining("13")
                .hasMessageContaining(FaultCode.NOT_AUTHORIZED.remedy())
                .hasMessageNotContaining("secret");
    }

    @Test
    void interruptsAreKept() {
        RuntimeException translated =
                DriverFaults.translate(Side.LOCAL, "read", new MongoInterruptedException("woken", null));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(((SyncException) translated).code()).isEqualTo(FaultCode.LOCAL_UNREACHABLE);
    }

    @Test
    void mistakesOfOursStayWhatTheyAre() {
        IllegalStateException mistake = new IllegalStateException("bug");
        assertThat(DriverFaults.translate(Side.HUB, "read", mistake)).isSameAs(mistake);
        SyncException known = new SyncException(FaultCode.FENCED, "x");
        assertThat(DriverFaults.translate(Side.HUB, "read", known)).isSameAs(known);
    }
}
