@NullMarked
package io.tandem.demo.architecture.bad.process.agent.http;

import org.jspecify.annotations.NullMarked;
