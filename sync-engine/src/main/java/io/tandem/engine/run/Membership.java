package io.tandem.engine.run;

import io.tandem.engine.checkpoint.HubStore.HubIdentity;
import io.tandem.engine.fault.FaultCode;
import io.tandem.engine.status.Problem.Severity;
import java.util.HexFormat;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Who this device is, and which hub it belongs to. Kept in the note {@value #NOTE}:
 * {@code {instanceId, generated, nonce?, nextNonce?, hubId?, hubEpoch?}}. Used by one thread at a time; the name may be read
 * by any.
 *
 * <p>A nonce is drawn at every start and left on both sides. A device whose stored nonce is not the one that the hub last heard
 * from its name was cloned, or its database was put back to an older image: a generated name is then replaced by a new one, a
 * name from the settings is reported.
 */
final class Membership {
    static final String NOTE = "instance";
    /** Two agents of one name take turns at least every second report. */
    private static final int OWN_BEATS_TO_CLEAR = 2;

    /** What joining the hub found. */
    enum Joined {
        /** The hub is the one it was. */
        SAME,
        /** The device had no hub before. */
        FIRST,
        /** The same hub, but restored from a backup since. */
        RESTORED,
        /** Another hub, or another device of the same name: nothing may be synced. */
        REFUSED
    }

    private final Core core;
    private volatile String instanceId = "";
    private int ownBeats;
    private BsonDocument note = new BsonDocument();

    Membership(Core core) {
        this.core = core;
    }

    /** The device's name; empty until it was read. */
    String instanceId() {
        return instanceId;
    }

    /** The nonce of this start. */
    String nonce() {
        return note.getString("nonce", new BsonString("")).getValue();
    }

    /** Reads the identity from the device without making one: for an agent that stands by. Blocking. */
    void look() {
        core.config
                .instanceId()
                .or(() -> core.ports
                        .device()
                        .note(NOTE)
                        .map(stored -> stored.getString("instanceId", new BsonString("")))
                        .map(BsonString::getValue))
                .ifPresent(name -> instanceId = name);
    }

    /** Reads the identity from the device, or makes one. Blocking. */
    void load() {
        // A copy of its own: what a store hands out may be immutable, and this note is changed.
        BsonDocument copy = new BsonDocument();
        core.ports.device().note(NOTE).ifPresent(stored -> stored.forEach(copy::append));
        note = copy;
        Optional<String> configured = core.config.instanceId();
        boolean known = note.containsKey("instanceId");
        boolean renamed = configured.isPresent()
                && known
                && !configured.get().equals(note.getString("instanceId").getValue());
        if (!known || renamed) {
            name(configured);
        }
        instanceId = note.getString("instanceId").getValue();
        core.notices.tell("identity", "Instance ID " + instanceId);
    }

    private void name(Optional<String> configured) {
        note.append("instanceId", new BsonString(configured.orElseGet(() -> "device-" + hex(8))))
                .append("generated", BsonBoolean.valueOf(configured.isEmpty()));
        note.remove("nonce");
        note.remove("nextNonce");
        save();
    }

    /** Compares the device with the hub and settles which hub it belongs to. Blocking. */
    Joined join() {
        HubIdentity hub = core.ports.hub().identity();
        Optional<String> before = text("hubId");
        if (before.isPresent() && !before.get().equals(hub.id())) {
            core.problems.raise(
                    FaultCode.HUB_CHANGED,
                    Severity.ERROR,
                    "atlas",
                    "This device belongs to the hub " + before.get() + ", but MONGODB_ATLAS_URI leads to the hub "
                            + hub.id() + ". Nothing is synced.");
            return Joined.REFUSED;
        }
        core.problems.clear(FaultCode.HUB_CHANGED, "atlas");
        if (!checkIdentity()) {
            return Joined.REFUSED;
        }
        long epoch = note.getInt64("hubEpoch", new BsonInt64(hub.epoch())).getValue();
        return before.isEmpty() ? Joined.FIRST : hub.epoch() > epoch ? Joined.RESTORED : Joined.SAME;
    }

    /** Notes the hub as the one this device belongs to. Blocking. */
    void adopt() {
        HubIdentity hub = core.ports.hub().identity();
        note.append("hubId", new BsonString(hub.id())).append("hubEpoch", new BsonInt64(hub.epoch()));
        save();
    }

    /** Forgets which hub the device belonged to. Blocking. */
    void leaveHub() {
        note.remove("hubId");
        note.remove("hubEpoch");
        save();
        core.problems.clear(FaultCode.HUB_CHANGED, "atlas");
    }

    /** Draws the nonce of this start: noted as coming first, so that a crash in between leaves both known. */
    void drawNonce() {
        note.append("nextNonce", new BsonString(hex(16)));
        save();
    }

    /** The hub has heard the nonce. */
    void confirmNonce() {
        text("nextNonce").ifPresent(next -> note.append("nonce", new BsonString(next)));
        note.remove("nextNonce");
        save();
    }

    /** The nonce to report: the one just drawn, or the one in force. */
    String reportedNonce() {
        return text("nextNonce").orElseGet(this::nonce);
    }

    /**
     * Whether the hub last heard this very agent under its name; asked before each report, since two agents of one name overwrite
     * each other's. Blocking.
     */
    void lookForTwin() {
        Optional<String> heard = core.ports.hub().nonceOf(instanceId);
        boolean ours = isOurs(heard);
        ownBeats = ours ? ownBeats + 1 : 0;
        if (!ours) {
            raiseClash(instanceId);
        } else if (ownBeats >= OWN_BEATS_TO_CLEAR) {
            core.problems.clear(FaultCode.IDENTITY_CLASH, instanceId);
        }
    }

    /** Whether the nonce that the hub last heard is one that this device drew; true as well when it heard none. */
    private boolean isOurs(Optional<String> heard) {
        return heard.isEmpty() || heard.equals(text("nonce")) || heard.equals(text("nextNonce"));
    }

    private void raiseClash(String name) {
        if (core.problems.raise(
                FaultCode.IDENTITY_CLASH,
                Severity.ERROR,
                name,
                "Another agent uses INSTANCE_ID " + name + ", or this database was put back from an image.")) {
            core.notices.tell("identity", "Instance ID " + name + " is used by another device");
        }
    }

    private boolean checkIdentity() {
        Optional<String> heard = core.ports.hub().nonceOf(instanceId);
        if (isOurs(heard)) {
            if (heard.isPresent() && heard.equals(text("nextNonce"))) {
                confirmNonce(); // or the next one that is drawn would replace it
            }
            core.problems.clear(FaultCode.IDENTITY_CLASH, instanceId);
            return true;
        }
        String old = instanceId;
        boolean generated = note.getBoolean("generated", BsonBoolean.FALSE).getValue();
        if (generated) {
            name(Optional.empty());
            instanceId = note.getString("instanceId").getValue();
            core.notices.tell(
                    "identity",
                    "Instance ID " + instanceId + ": this database was copied or put back from the device " + old
                            + ", so it got a name of its own");
            return true;
        }
        raiseClash(old);
        return true;
    }

    private Optional<String> text(String field) {
        return note.get(field) instanceof BsonString text ? Optional.of(text.getValue()) : Optional.empty();
    }

    private void save() {
        core.ports.device().saveNote(NOTE, note);
    }

    private String hex(int digits) {
        byte[] bytes = new byte[(digits + 1) / 2];
        core.ports.random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes).substring(0, digits);
    }
}
