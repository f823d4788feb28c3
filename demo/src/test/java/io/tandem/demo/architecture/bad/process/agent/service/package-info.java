@NullMarked
package io.tandem.demo.architecture.bad.process.agent.service;

import org.jspecify.annotations.NullMarked;
