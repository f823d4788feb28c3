@NullMarked
package io.tandem.demo.architecture.bad.meeting.embedded.core;

import org.jspecify.annotations.NullMarked;
