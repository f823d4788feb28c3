/** Examines both databases before and while they are synced, and says what to do about each finding. */
@NullMarked
package io.tandem.agent.doctor;

import org.jspecify.annotations.NullMarked;
