package io.tandem.agent.http;

/** Counts answered calls. Called from many threads. */
public interface RequestMeter {

    /**
     * A call was answered.
     *
     * @param route the path with its parameters' names, or {@code other}
     */
    void answered(String method, String route, int status, long nanos);
}
