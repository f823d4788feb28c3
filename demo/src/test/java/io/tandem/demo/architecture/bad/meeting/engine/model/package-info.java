@NullMarked
package io.tandem.demo.architecture.bad.meeting.engine.model;

import org.jspecify.annotations.NullMarked;
