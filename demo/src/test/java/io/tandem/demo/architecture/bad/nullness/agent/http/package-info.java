@NullMarked
package io.tandem.demo.architecture.bad.nullness.agent.http;

import org.jspecify.annotations.NullMarked;
