/** The agent's side of the engine: the only package that touches it. */
@NullMarked
package io.tandem.agent.service;

import org.jspecify.annotations.NullMarked;
