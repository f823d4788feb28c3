package io.tandem.agent.cli;

import io.tandem.agent.config.AgentConfig;
import io.tandem.agent.doctor.Doctor;
import io.tandem.agent.doctor.Finding;
import io.tandem.agent.doctor.Finding.Level;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem doctor}. */
@Command(
        name = "doctor",
        description =
                "Examines both databases: reachability, version, topology, change streams, privileges, clocks, oplog window, disk, validators,"
                        + " unique indexes. Each finding comes with a remedy.",
        footer = {
            "  tandem doctor",
            "  tandem doctor --no-write --json",
            "",
            "Privileges are tried out in the collection _tandem_doctor, which is dropped again; --no-write leaves that out."
        })
final class DoctorCommand extends ToolCommand {

    @Option(names = "--json", description = "Print the findings as JSON.")
    private boolean json;

    @Option(names = "--no-write", description = "Write nothing at all; privileges are then not tried out.")
    private boolean noWrite;

    @Mixin
    private final ConfigOptions config;

    DoctorCommand(Surroundings surroundings) {
        super(surroundings);
        this.config = new ConfigOptions(surroundings);
    }

    @Override
    int work() {
        AgentConfig settings = config.load();
        try (Databases.Open local = Databases.local(settings);
                Databases.Open hub = Databases.hub(settings)) {
            Doctor doctor = new Doctor(
                    new Doctor.Server(local.client(), local.database()),
                    new Doctor.Server(hub.client(), hub.database()),
                    surroundings().clock());
            List<Finding> findings = doctor.examine(!noWrite);
            Level worst = worst(findings);
            if (json) {
                json(toBson(findings, verdict(findings)));
            } else {
                print(findings, settings);
            }
            return worst == Level.ERROR ? ExitCodes.FAILED : ExitCodes.OK;
        }
    }

    static Level worst(List<Finding> findings) {
        return findings.stream().map(Finding::level).max(Enum::compareTo).orElse(Level.OK);
    }

    private static String verdict(List<Finding> findings) {
        long errors = findings.stream()
                .filter(finding -> finding.level() == Level.ERROR)
                .count();
        long warnings = findings.stream()
                .filter(finding -> finding.level() == Level.WARNING)
                .count();
        if (errors > 0) {
            return "NOT READY: " + errors + " error(s), " + warnings + " warning(s)";
        }
        return warnings > 0 ? "READY, with " + warnings + " warning(s)" : "READY";
    }

    private void print(List<Finding> findings, AgentConfig settings) {
        plain("local: "
                + settings.get(io.tandem.agent.config.Settings.MONGODB_URI).masked());
        plain("atlas: "
                + settings.get(io.tandem.agent.config.Settings.MONGODB_ATLAS_URI)
                        .masked());
        plain("");
        for (Finding finding : findings) {
            print(mark(finding.level()) + " "
                    + String.format("%-5s %-19s ", finding.side(), finding.check())
                    + Table.printable(finding.text()).replace("@|", "@ |"));
            if (!finding.remedy().isEmpty()) {
                plain("      -> " + finding.remedy());
            }
        }
        plain("");
        print("Verdict: @|bold " + verdict(findings) + "|@");
    }

    private static String mark(Level level) {
        return switch (level) {
            case OK -> "@|green ✓|@";
            case INFO -> "@|cyan i|@";
            case WARNING -> "@|yellow !|@";
            case ERROR -> "@|red ✗|@";
        };
    }

    private static BsonDocument toBson(List<Finding> findings, String verdict) {
        BsonArray items = new BsonArray();
        for (Finding finding : findings) {
            items.add(new BsonDocument("side", new BsonString(finding.side()))
                    .append("check", new BsonString(finding.check()))
                    .append("level", new BsonString(finding.level().label()))
                    .append("text", new BsonString(finding.text()))
                    .append("remedy", new BsonString(finding.remedy())));
        }
        return new BsonDocument("verdict", new BsonString(verdict)).append("findings", items);
    }
}
