@NullMarked
package io.tandem.engine.model;

import org.jspecify.annotations.NullMarked;
