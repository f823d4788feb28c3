package io.tandem.agent.http;

import io.tandem.agent.http.Endpoint.Group;
import io.tandem.agent.service.BackupJob;
import io.tandem.agent.view.BackupView;
import java.util.List;

/** The calls that make a backup on the agent's machine. */
final class BackupApi {
    private static final String PATH = "/api/sync/bidirectional/backup";

    private final BackupJob backups;
    private final String version;

    /** @param version of Tandem, for the manifest of a backup */
    BackupApi(BackupJob backups, String version) {
        this.backups = backups;
        this.version = version;
    }

    List<Endpoint> endpoints() {
        return List.of(backup(), backupState(), cancelBackup());
    }

    private Endpoint backup() {
        return Endpoint.post(PATH)
                .access(Access.ADMIN)
                .in(Group.SYNC, "Begin to copy one side into a new directory on the agent's machine; one at a time")
                .describe("tandem restore and mongorestore read it. Its place is a new directory below BACKUP_DIR.")
                .body("What to copy", "{\"side\":\"local\"}", new String[] {
                    "side", "string", "local or atlas", "required"
                })
                .answers(202, BackupView.class)
                .fails(409)
                .handledBy(call -> Reply.of(
                        202,
                        backups.start(
                                Call.text(call.settings("side"), "side")
                                        .orElseThrow(() -> Refusal.field("side", "must be local or atlas.")),
                                version)));
    }

    private Endpoint backupState() {
        return Endpoint.get(PATH)
                .in(Group.SYNC, "The running or last backup made by this agent")
                .answers(200, BackupView.class)
                .handledBy(call -> Reply.ok(backups.view()));
    }

    private Endpoint cancelBackup() {
        return Endpoint.delete(PATH)
                .access(Access.ADMIN)
                .in(Group.SYNC, "Cancel the running backup and remove what it wrote")
                .answers(200, BackupView.class)
                .handledBy(call -> Reply.ok(backups.cancel()));
    }
}
