/** Tests of what the doctor finds and advises. */
@NullMarked
package io.tandem.agent.doctor;

import org.jspecify.annotations.NullMarked;
