package io.tandem.demo.architecture.bad.nullness.agent.http;

import org.jspecify.annotations.Nullable;

/** The annotation is for the compiler. */
record AllowedAnnotation(@Nullable String message) {}
