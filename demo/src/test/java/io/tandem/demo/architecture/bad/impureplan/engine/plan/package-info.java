@NullMarked
package io.tandem.demo.architecture.bad.impureplan.engine.plan;

import org.jspecify.annotations.NullMarked;
