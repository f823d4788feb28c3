package io.tandem.engine.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.WriteModel;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.model.DocKey;
import io.tandem.engine.model.Side;
import io.tandem.engine.model.SyncMeta;
import io.tandem.engine.write.Outcome;
import io.tandem.engine.write.Swap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.RawBsonDocument;

/**
 * Guarded writes to one collection, merging ones or others, sent as one unordered bulk. Used once, by one thread.
 *
 * <p>A server tells of a bulk only how many documents its replaces and its deletes matched. When all did, all took place; when none
 * did, none; when some did, nobody knows which, and the outcome of all replaces, or of all deletes, is unknown: their keys are looked
 * at again and those that did go through are found equal. Where fields are merged more has to be known, and on the hub each write shows
 * itself by its metadata. Inserts fail one by one with a duplicate key.
 */
final class SwapBatch {
    private final TargetSide target;
    private final MongoCollection<RawBsonDocument> collection;
    private final List<Swap> swaps;
    private final List<Optional<Guard>> guards;
    private final Outcome[] outcomes;
    private boolean again;

    SwapBatch(
            TargetSide target,
            MongoCollection<RawBsonDocument> collection,
            List<Swap> swaps,
            List<Optional<Guard>> guards) {
        this.target = target;
        this.collection = collection;
        this.swaps = swaps;
        this.guards = guards;
        this.outcomes = new Outcome[swaps.size()];
    }

    List<Outcome> run() {
        try {
            send();
        } catch (RuntimeException failure) {
            if (!DriverFaults.mayBeOneDocument(failure)) {
                throw failure;
            }
            if (swaps.size() == 1) {
                return List.of(DriverFaults.refusal(failure));
            }
            return oneByOne();
        }
        return List.of(outcomes);
    }

    private void send() {
        List<WriteModel<RawBsonDocument>> statements = new ArrayList<>();
        for (int i = 0; i < swaps.size(); i++) {
            statements.add(SwapStatements.of(swaps.get(i), guards.get(i)));
        }
        try {
            judge(write(statements), Map.of());
        } catch (MongoBulkWriteException e) {
            if (e.getWriteConcernError() != null) {
                judgeUnconfirmed(errorsOf(e));
            } else {
                judge(e.getWriteResult(), errorsOf(e));
            }
        }
    }

    private BulkWriteResult write(List<WriteModel<RawBsonDocument>> statements) {
        boolean bypass = target.bypassesValidation();
        BulkWriteOptions options = new BulkWriteOptions().ordered(false);
        try {
            return collection.bulkWrite(statements, bypass ? options.bypassDocumentValidation(true) : options);
        } catch (RuntimeException failure) {
            if (bypass && DriverFaults.hasCode(failure, DriverFaults.UNAUTHORIZED)) {
                target.stopBypassing();
                return collection.bulkWrite(statements, new BulkWriteOptions().ordered(false));
            }
            throw failure;
        }
    }

    private static Map<Integer, Integer> errorsOf(MongoBulkWriteException e) {
        Map<Integer, Integer> codes = new HashMap<>();
        for (BulkWriteError error : e.getWriteErrors()) {
            codes.put(error.getIndex(), error.getCode());
        }
        return codes;
    }

    /** Written perhaps, but not by a majority: whatever is not known to have failed is to be looked at again. */
    private void judgeUnconfirmed(Map<Integer, Integer> errors) {
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = Outcome.UNKNOWN;
        }
        judgeErrors(errors);
    }

    private void judge(BulkWriteResult result, Map<Integer, Integer> errors) {
        List<Integer> replaces = new ArrayList<>();
        List<Integer> deletes = new ArrayList<>();
        for (int i = 0; i < swaps.size(); i++) {
            if (guards.get(i).isEmpty()) {
                outcomes[i] = Outcome.APPLIED;
            } else if (!errors.containsKey(i)) {
                (swaps.get(i).next().isPresent() ? replaces : deletes).add(i);
            }
        }
        Outcome ofDeletes = ofAll(result.getDeletedCount(), deletes.size());
        deletes.forEach(i -> outcomes[i] = ofDeletes);
        Outcome ofReplaces = ofAll(result.getMatchedCount(), replaces.size());
        boolean versioned = target.link().side() == Side.HUB && swaps.get(0).isMerging();
        if (versioned && ofReplaces.equals(Outcome.UNKNOWN)) {
            judgeByMetadata(replaces, result.getMatchedCount());
        } else {
            replaces.forEach(i -> outcomes[i] = ofReplaces);
        }
        judgeErrors(errors);
    }

    /**
     * A document that shows the metadata that it was to get was replaced by us. When as many do as were matched, no other one was; when
     * fewer do, somebody has been at one of ours already, and the others may have been replaced.
     */
    private void judgeByMetadata(List<Integer> replaces, int matched) {
        Map<DocKey, SyncMeta> stored = MongoStateReader.metadata(
                target.link(),
                collection.getNamespace().getCollectionName(),
                replaces.stream().map(i -> swaps.get(i).key()).toList());
        Set<Integer> shown =
                replaces.stream().filter(i -> isShown(swaps.get(i), stored)).collect(Collectors.toSet());
        Outcome ofOthers = shown.size() == matched ? Outcome.MISSED : Outcome.UNKNOWN;
        replaces.forEach(i -> outcomes[i] = shown.contains(i) ? Outcome.APPLIED : ofOthers);
    }

    private static boolean isShown(Swap swap, Map<DocKey, SyncMeta> stored) {
        return swap.nextMeta().equals(Optional.ofNullable(stored.get(swap.key())));
    }

    private static Outcome ofAll(int matched, int sent) {
        return matched == sent ? Outcome.APPLIED : matched == 0 ? Outcome.MISSED : Outcome.UNKNOWN;
    }

    private void judgeErrors(Map<Integer, Integer> errors) {
        List<Integer> duplicates = new ArrayList<>();
        errors.forEach((index, code) -> {
            if (DriverFaults.isDuplicateKey(code)) {
                duplicates.add(index);
            } else {
                outcomes[index] = DriverFaults.refusal(code);
            }
        });
        if (!duplicates.isEmpty()) {
            judgeDuplicates(duplicates);
        }
    }

    /**
     * Tells a taken {@code _id} from another taken unique value, which the driver does not: a replace keeps its {@code _id},
     * so it is another index; an insert met its own {@code _id} if a document has it now.
     */
    private void judgeDuplicates(List<Integer> duplicates) {
        List<DocKey> inserted = duplicates.stream()
                .filter(i -> guards.get(i).isEmpty())
                .map(i -> swaps.get(i).key())
                .toList();
        Set<DocKey> present = MongoStateReader.find(
                        target.link(),
                        collection.getNamespace().getCollectionName(),
                        inserted.stream().map(DocKey::id).toList())
                .stream()
                .map(document -> DocKey.of(collection.getNamespace().getCollectionName(), Values.id(document)))
                .collect(Collectors.toSet());
        for (int index : duplicates) {
            boolean insert = guards.get(index).isEmpty();
            outcomes[index] = insert && present.contains(swaps.get(index).key())
                    ? Outcome.MISSED
                    : insert && !again ? insertAgain(index) : takenElsewhere();
        }
    }

    /** Its own {@code _id} may have been taken and freed since; a second refusal is about another index. */
    private Outcome insertAgain(int index) {
        SwapBatch once = new SwapBatch(target, collection, swaps.subList(index, index + 1), List.of(Optional.empty()));
        once.again = true;
        return once.run().get(0);
    }

    private static Outcome takenElsewhere() {
        return new Outcome.Refused(FaultCode.UNIQUE_INDEX, "another document holds the same value of a unique index");
    }

    /** Finds out which of them the server refuses as a whole command. */
    private List<Outcome> oneByOne() {
        List<Outcome> result = new ArrayList<>();
        for (int i = 0; i < swaps.size(); i++) {
            List<Swap> one = swaps.subList(i, i + 1);
            result.addAll(new SwapBatch(target, collection, one, guards.subList(i, i + 1)).run());
        }
        return result;
    }
}
