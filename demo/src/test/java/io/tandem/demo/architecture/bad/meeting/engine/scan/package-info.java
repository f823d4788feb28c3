@NullMarked
package io.tandem.demo.architecture.bad.meeting.engine.scan;

import org.jspecify.annotations.NullMarked;
