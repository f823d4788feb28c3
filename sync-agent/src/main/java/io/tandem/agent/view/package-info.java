/** What the agent tells about itself: plain records that become JSON as they are. */
@NullMarked
package io.tandem.agent.view;

import org.jspecify.annotations.NullMarked;
