package io.tandem.agent.view;

import java.time.Instant;
import java.util.Optional;

/** A backup that this agent makes: running, done, cancelled or failed. */
@Doc("A backup made by this agent")
public record BackupView(
        @Doc("none, running, done, cancelled or failed") String state,
        @Doc("What is copied: local or atlas") String side,

        @Doc("Where it is written on the machine of the agent")
        String directory,

        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        @Doc("While it runs") Optional<ProgressView> progress,
        @Doc("Documents copied; null until done") Optional<Long> documents,

        @Doc("Bytes of all files; null until done") Optional<Long> bytes,

        @Doc("Why it failed; null when it did not") Optional<String> error) {}
