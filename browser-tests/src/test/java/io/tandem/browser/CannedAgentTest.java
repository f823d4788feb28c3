package io.tandem.browser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of the page alone, over an agent that answers with prepared content. */
abstract class CannedAgentTest extends BrowserTest {

    CannedAgent agent = new CannedAgent();

    @BeforeEach
    void freshAgent() {
        agent.close();
        agent = new CannedAgent();
    }

    @AfterEach
    void closeAgent() {
        agent.close();
    }

    @Override
    final String address() {
        return agent.address();
    }
}
