@NullMarked
package io.tandem.agent.service;

import org.jspecify.annotations.NullMarked;
