/** Pipelines: the stages, what each may follow, and the projection they share with `find`. */
@NullMarked
package io.tandem.embedded.aggregate;

import org.jspecify.annotations.NullMarked;
