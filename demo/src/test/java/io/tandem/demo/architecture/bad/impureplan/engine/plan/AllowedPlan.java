package io.tandem.demo.architecture.bad.impureplan.engine.plan;

import java.util.List;
import org.bson.BsonValue;

/** A planner that looks only at values. */
public record AllowedPlan(List<BsonValue> values) {}
