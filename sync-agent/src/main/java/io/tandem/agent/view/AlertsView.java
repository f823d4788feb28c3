package io.tandem.agent.view;

import java.util.List;

/** Alerts now and before. */
@Doc("Alerts raised now, and those cleared lately, newest first")
public record AlertsView(List<AlertView> active, List<AlertView> recent) {}
