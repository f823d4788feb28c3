package io.tandem.demo.architecture.bad.nullness.agent.http;

import java.lang.reflect.AnnotatedElement;
import org.jspecify.annotations.Nullable;

/** Needs the annotation's class at run time. */
final class AsksForAnAnnotation {
    private AsksForAnAnnotation() {}

    static boolean mayBeNull(AnnotatedElement element) {
        return element.isAnnotationPresent(Nullable.class);
    }
}
