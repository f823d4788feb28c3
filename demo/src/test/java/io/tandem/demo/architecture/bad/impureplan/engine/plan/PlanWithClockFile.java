package io.tandem.demo.architecture.bad.impureplan.engine.plan;

import java.nio.file.Path;

/** A planner that looks at a file. */
public record PlanWithClockFile(Path clock) {}
