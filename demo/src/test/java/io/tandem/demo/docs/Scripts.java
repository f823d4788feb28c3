package io.tandem.demo.docs;

import java.util.Map;

/** The programs that stand in for installed ones, as shell scripts. */
final class Scripts {

    private static final String HEAD = "#!/bin/sh\n"
            + "replaced() { exec \"$JAVA\" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp \"$BUILD\" io.tandem.demo.Main \"$@\"; }\n"
            + "program() { \"$JAVA\" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp \"$BUILD\" io.tandem.demo.Main \"$@\"; }\n"
            + "health() { command -p curl -s --max-time 20 \"http://127.0.0.1:$PORT/api/sync/bidirectional/health\"; }\n";

    /**
     * The command. What would not end by itself gets an end. A busy build machine is no fault: {@code check} may find it slow, so only
     * UNKNOWN (3) fails, selftests have more patience, and missed thresholds of {@code selftest performance} are told and let pass.
     */
    private static final String TANDEM = HEAD + """
            case "${1:-}" in
                demo) case " $* " in *' --for '*) program "$@" ;; *) program "$@" --for 2s --port 0 ;; esac ;;
                tail) case " $* " in *' --for '*) program "$@" ;; *) program "$@" --for 2s ;; esac ;;
                embedded)
                    program embedded --port 0 > embedded.log & pid=$!
                    until grep -q mongodb:// embedded.log; do kill -0 $pid || exit 1; sleep 0.2; done
                    kill $pid; cat embedded.log ;;
                serve) systemctl start tandem ;;
                selftest)
                    case " $* " in *' --patience '*) ;; *) set -- "$@" --patience 120s ;; esac
                    program "$@" > selftest.log; code=$?; cat selftest.log
                    if [ $code -eq 1 ] && grep -q 'is not below' selftest.log; then
                        echo 'NOT TESTED HERE: this machine is too busy now for the thresholds'; exit 0
                    fi
                    exit $code ;;
                test) echo 'this is the test-suite' ;;
                check) program "$@"; code=$?; if [ $code -le 2 ]; then exit 0; fi; exit $code ;;
                *) replaced "$@" ;;
            esac
            """;

    private static final String SYSTEMCTL = HEAD + """
            start() {
                if [ -e serve.pid ]; then return; fi
                nohup "$JAVA" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp "$BUILD" io.tandem.demo.Main serve >> serve.log 2>&1 &
                echo $! > serve.pid
                tries=0
                until health | grep -q '"localFeed":{"status":"connected"'; do
                    kill -0 "$(cat serve.pid)" 2>/dev/null || { cat serve.log; exit 1; }
                    tries=$((tries + 1)); if [ $tries -gt 1500 ]; then cat serve.log; exit 1; fi
                    sleep 0.2
                done
            }
            stop() {
                if [ ! -e serve.pid ]; then return; fi
                kill "$(cat serve.pid)" || true
                while :; do
                    case "$(ps -o stat= -p "$(cat serve.pid)" || true)" in '' | Z*) break ;; esac
                    sleep 0.1
                done
                rm serve.pid
            }
            case "$1 $2" in
                'start tandem') start ;;
                'stop tandem') stop ;;
                'restart tandem') stop; start ;;
                *) echo "systemctl $* is not known to this test" >&2; exit 1 ;;
            esac
            """;

    /** Waits until a running agent has nothing to do and its positions are saved. */
    private static final String QUIET = HEAD + """
            if [ ! -e serve.pid ]; then exit 0; fi
            tries=0
            while :; do
                seen=$(health)
                case "$seen" in
                    *'"enabled":true'*) wanted='"changeStream":{"status":"connected"' ;;
                    *) wanted='"enabled":false' ;;
                esac
                case "$seen" in
                    *'"changeStream":{"status":"connected"'*'"resumeTokenSavedAt":null'*) ;;
                    *'"queueSize":0'*) case "$seen" in *'"resync":null'*) case "$seen" in *"$wanted"*) exit 0 ;; esac ;; esac ;;
                esac
                tries=$((tries + 1)); if [ $tries -gt 1500 ]; then echo "$seen"; exit 1; fi
                sleep 0.2
            done
            """;

    /** The real one; the documentation's port is the agent's. */
    private static final String CURL = "#!/bin/sh\n" + """
            for argument do
                shift
                case "$argument" in
                    http://localhost:5000* | http://127.0.0.1:5000*) argument="http://127.0.0.1:$PORT/${argument#http://*/}" ;;
                esac
                set -- "$@" "$argument"
            done
            exec /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin curl --fail-with-body "$@"
            """;

    /** Only looks whether the modules and tests that are named exist: a build inside a build would take too long. */
    private static final String MVN = "#!/bin/sh\n" + """
            for argument do
                case "$argument" in
                    -Dtest=*) name=${argument#-Dtest=}; name=${name##*.}
                        case "$name" in *'*'*) continue ;; esac
                        find "$CHECKOUT" -name "$name.java" | grep -q . || { echo "no test $name"; exit 1; } ;;
                esac
            done
            """;

    static final Map<String, String> ALL =
            Map.of("tandem", TANDEM, "systemctl", SYSTEMCTL, "quiet", QUIET, "curl", CURL, "mvn", MVN);

    private Scripts() {}
}
