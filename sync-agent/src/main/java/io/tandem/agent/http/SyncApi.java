package io.tandem.agent.http;

import io.tandem.agent.http.Endpoint.Group;
import io.tandem.agent.service.SyncService;
import io.tandem.agent.view.CollectionsView;
import io.tandem.agent.view.ConflictsView;
import io.tandem.agent.view.DevicesView;
import io.tandem.agent.view.Doc;
import io.tandem.agent.view.DoneView;
import io.tandem.agent.view.HeldDeletesView;
import io.tandem.agent.view.ProgressView;
import io.tandem.agent.view.QuarantineView;
import io.tandem.agent.view.StateView;
import io.tandem.agent.view.VerifyView;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/** The calls that look into syncing and steer it. */
final class SyncApi {
    private static final String BASE = "/api/sync/bidirectional";

    private final SyncService service;

    SyncApi(SyncService service) {
        this.service = service;
    }

    /** Whether a resync runs, and how far it is. */
    @Doc("Whether a first sync or resync runs, and how far it is")
    record ResyncView(boolean running, Optional<ProgressView> progress) {}

    List<Endpoint> endpoints() {
        return List.of(
                toggle(),
                conflicts(),
                conflict(),
                restore(),
                quarantine(),
                retry(),
                drop(),
                collections(),
                mode(),
                order("pause", Access.WRITE, "Pause a collection", service::pause),
                order("resume", Access.WRITE, "End a pause; the collection catches up", service::resume),
                order(
                        "approve-deletes",
                        Access.ADMIN,
                        "Let the deletes that the guard holds back go through",
                        service::approveDeletes),
                order(
                        "reject-deletes",
                        Access.ADMIN,
                        "Put the documents whose deletes are held back onto both sides again",
                        service::rejectDeletes),
                heldDeletes(),
                resync(),
                resyncProgress(),
                acceptHub(),
                verify(),
                verification(),
                cancelVerification(),
                devices());
    }

    private Endpoint toggle() {
        return Endpoint.post(BASE + "/toggle")
                .access(Access.ADMIN)
                .in(Group.SYNC, "Turn bidirectional sync on or off")
                .describe(
                        "Takes effect without restart and loses nothing. A restart begins with BIDIRECTIONAL_SYNC_ENABLED again.")
                .body("What it shall be", "{\"enabled\":true}", new String[] {
                    "enabled", "boolean", "Whether changes travel from Atlas to this device", "required"
                })
                .answers(200, StateView.class)
                .handledBy(call -> Reply.ok(service.setBidirectional(Call.flag(call.settings("enabled"), "enabled"))));
    }

    private Endpoint conflicts() {
        return Endpoint.get(BASE + "/conflicts")
                .in(Group.CONFLICTS, "The conflict log, newest first")
                .parameter("collection", "Only this collection", "orders")
                .parameter("since", "Only entries not older", "2026-11-22T10:00:00Z")
                .parameter("limit", "Entries a page, 1 to 500; 50 when absent", "100")
                .parameter("cursor", "nextCursor of the page before", "")
                .answers(200, ConflictsView.class)
                .fails(422, 503)
                .handledBy(call -> Reply.ok(service.conflicts(
                        call.parameter("collection"),
                        call.instant("since"),
                        call.number("limit", 50, 1, 500),
                        call.parameter("cursor"))));
    }

    private Endpoint conflict() {
        return Endpoint.get(BASE + "/conflicts/{id}")
                .in(Group.CONFLICTS, "One entry of the conflict log")
                .answers(200, ConflictsView.Item.class)
                .fails(404, 503)
                .handledBy(call -> Reply.ok(service.conflict(call.pathParameter("id"))));
    }

    private Endpoint restore() {
        return Endpoint.post(BASE + "/conflicts/{id}/restore")
                .access(Access.WRITE)
                .in(Group.CONFLICTS, "Put the loser of a conflict back as a new change")
                .answers(200, ConflictsView.Item.class)
                .fails(404, 409, 503)
                .handledBy(call -> {
                    call.settings();
                    return Reply.ok(service.restoreConflict(call.pathParameter("id")));
                });
    }

    private Endpoint quarantine() {
        return Endpoint.get(BASE + "/quarantine")
                .in(Group.CONFLICTS, "Changes that could not be applied, oldest first")
                .parameter("limit", "Entries, 1 to 500; 100 when absent", "100")
                .answers(200, QuarantineView.class)
                .fails(422, 503)
                .handledBy(call -> Reply.ok(service.quarantine(call.number("limit", 100, 1, 500))));
    }

    private Endpoint retry() {
        return Endpoint.post(BASE + "/quarantine/{id}/retry")
                .access(Access.WRITE)
                .in(Group.CONFLICTS, "Try a waiting change again now")
                .answers(200, DoneView.class)
                .fails(404, 503)
                .handledBy(call -> {
                    call.settings();
                    return Reply.ok(service.retryQuarantined(call.pathParameter("id")));
                });
    }

    private Endpoint drop() {
        return Endpoint.post(BASE + "/quarantine/{id}/drop")
                .access(Access.ADMIN)
                .in(Group.CONFLICTS, "Give a waiting change up until either side changes the document again")
                .answers(200, DoneView.class)
                .fails(404, 503)
                .handledBy(call -> {
                    call.settings();
                    return Reply.ok(service.dropQuarantined(call.pathParameter("id")));
                });
    }

    private Endpoint collections() {
        return Endpoint.get(BASE + "/collections")
                .in(Group.COLLECTIONS, "Every collection with its mode, counts and counters")
                .answers(200, CollectionsView.class)
                .handledBy(call -> Reply.ok(service.collections()));
    }

    private Endpoint mode() {
        return Endpoint.post(BASE + "/collections/{name}/mode")
                .access(Access.ADMIN)
                .in(Group.COLLECTIONS, "Change a collection's mode until the next change or restart")
                .body("The mode", "{\"mode\":\"observe\"}", new String[] {
                    "mode", "string", "both, push-only, observe or paused", "required"
                })
                .answers(200, DoneView.class)
                .fails(404)
                .handledBy(call -> {
                    BsonDocument body = call.settings("mode");
                    String mode = Call.text(body, "mode")
                            .orElseThrow(() -> Refusal.field("mode", "must be both, push-only, observe or paused."));
                    return Reply.ok(service.setMode(call.pathParameter("name"), mode));
                });
    }

    /** Something to do with a collection. */
    private interface Order {
        DoneView carryOut(String collection);
    }

    private static Endpoint order(String verb, Access access, String summary, Order order) {
        return Endpoint.post(BASE + "/collections/{name}/" + verb)
                .access(access)
                .in(Group.COLLECTIONS, summary)
                .answers(200, DoneView.class)
                .fails(404, 409, 503)
                .handledBy(call -> {
                    call.settings();
                    return Reply.ok(order.carryOut(call.pathParameter("name")));
                });
    }

    private Endpoint heldDeletes() {
        return Endpoint.get(BASE + "/collections/{name}/held-deletes")
                .in(Group.COLLECTIONS, "Some of the documents that held-back deletes would remove")
                .parameter("limit", "Entries, 1 to 500; 100 when absent", "100")
                .answers(200, HeldDeletesView.class)
                .fails(404, 422, 503)
                .handledBy(call ->
                        Reply.ok(service.heldDeletes(call.pathParameter("name"), call.number("limit", 100, 1, 500))));
    }

    private Endpoint acceptHub() {
        return Endpoint.post(BASE + "/accept-hub")
                .access(Access.ADMIN)
                .in(Group.SYNC, "Make this device belong to the configured hub, although it belonged to another before")
                .answers(200, DoneView.class)
                .fails(409, 503)
                .handledBy(call -> {
                    call.settings();
                    return Reply.ok(service.acceptHub());
                });
    }

    private Endpoint resync() {
        return Endpoint.post(BASE + "/resync")
                .access(Access.ADMIN)
                .in(Group.SYNC, "Compare both sides and reconcile what differs, in the background")
                .body("What to resync; no body means everything", "{\"collection\":\"orders\"}", new String[] {
                    "collection", "string", "Only this collection", "optional"
                })
                .answers(202, DoneView.class)
                .fails(404, 503)
                .handledBy(call -> Reply.of(202, service.resync(Call.text(call.settings("collection"), "collection"))));
    }

    private Endpoint resyncProgress() {
        return Endpoint.get(BASE + "/resync")
                .in(Group.SYNC, "How far the first sync or a resync is")
                .answers(200, ResyncView.class)
                .handledBy(call -> {
                    Optional<ProgressView> progress = service.health().resync();
                    return Reply.ok(new ResyncView(progress.isPresent(), progress));
                });
    }

    private Endpoint verify() {
        return Endpoint.post(BASE + "/verify")
                .access(Access.WRITE)
                .in(Group.SYNC, "Begin to compare both sides by content; one at a time")
                .describe("repair needs the role admin.")
                .body(
                        "What to compare; no body means everything",
                        "{\"collection\":\"orders\",\"sample\":10,\"repair\":false}",
                        new String[] {"collection", "string", "Only this collection", "optional"},
                        new String[] {
                            "sample", "number", "Percent of the documents to look at; 100 when absent", "optional"
                        },
                        new String[] {"repair", "boolean", "Hand differences to the engine", "optional"})
                .answers(202, VerifyView.class)
                .fails(409)
                .handledBy(this::startVerification);
    }

    private Reply startVerification(Call call) {
        BsonDocument body = call.settings("collection", "sample", "repair");
        boolean repair = body.containsKey("repair") && Call.flag(body, "repair");
        if (repair && !call.caller().role().includes(io.tandem.agent.config.ApiToken.Role.ADMIN)) {
            throw Refusal.of(403, "A verification that repairs needs the role admin.");
        }
        double sample = 100;
        if (body.containsKey("sample")) {
            sample = body.isNumber("sample") ? body.getNumber("sample").doubleValue() : -1;
            if (!(sample > 0 && sample <= 100)) {
                throw Refusal.field("sample", "must be a number above 0 and up to 100.");
            }
        }
        return Reply.of(202, service.startVerify(Call.text(body, "collection"), sample, repair));
    }

    private Endpoint verification() {
        return Endpoint.get(BASE + "/verify")
                .in(Group.SYNC, "The running or last comparison")
                .answers(200, VerifyView.class)
                .handledBy(call -> Reply.ok(service.verification()));
    }

    private Endpoint cancelVerification() {
        return Endpoint.delete(BASE + "/verify")
                .access(Access.WRITE)
                .in(Group.SYNC, "Cancel the running comparison")
                .answers(200, VerifyView.class)
                .handledBy(call -> Reply.ok(service.cancelVerify()));
    }

    private Endpoint devices() {
        return Endpoint.get(BASE + "/devices")
                .in(Group.SYNC, "All devices that ever reported to the hub")
                .answers(200, DevicesView.class)
                .fails(503)
                .handledBy(call -> Reply.ok(service.devices()));
    }
}
