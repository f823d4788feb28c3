package io.tandem.contract.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a server says of itself: the part {@code serverReplies} of the recording. */
class ServerRepliesContractTest {

    private static List<Target> targets = List.of();

    private final KnownDifferences known = KnownDifferences.ofFile();
    private final BsonDocument recorded = Recording.instance().part("serverReplies");

    @BeforeAll
    static void startServers() {
        targets = Target.replicaSets();
    }

    @AfterAll
    static void stopServers() {
        targets.forEach(Target::close);
    }

    @TestFactory
    Stream<DynamicTest> buildInfo() {
        return targets.stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    BsonDocument expected = recorded.getDocument("buildInfo");
                    check(target, "buildInfo", expected, only(expected, reply(target, "buildInfo")));
                }));
    }

    @TestFactory
    Stream<DynamicTest> isMaster() {
        return targets.stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> {
                    BsonDocument reply = reply(target, "isMaster");
                    BsonDocument expected = recorded.getDocument("isMaster");
                    check(target, "isMaster fields", recorded.getDocument("isMaster fields"), Shapes.types(reply));
                    check(target, "isMaster", expected, only(expected, reply));
                }));
    }

    private void check(Target target, String name, BsonDocument expected, BsonDocument seen) {
        List<String> differences =
                Differences.between(new BsonDocument("reply", expected), new BsonDocument("reply", seen));

        assertThat(known.unexplained(target.kind(), target.wireVersion(), "server replies: " + name, differences))
                .isEmpty();
    }

    private static BsonDocument reply(Target target, String command) {
        return target.client()
                .getDatabase("admin")
                .runCommand(new BsonDocument(command, new BsonInt32(1)), BsonDocument.class);
    }

    /** The recorded fields of a reply, in the reply's order. The name of a replica set is its owner's choice. */
    private static BsonDocument only(BsonDocument recorded, BsonDocument reply) {
        BsonDocument kept = new BsonDocument();
        reply.forEach((field, value) -> {
            if (recorded.containsKey(field)) {
                BsonValue comparable = field.equals("setName") && value.isString() ? recorded.get(field) : value;
                kept.append(field, comparable);
            }
        });
        return kept;
    }
}
