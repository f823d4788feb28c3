# Tandem in a container: built from the sources, run without privileges. docs/deployment.md has the rest.
#   docker build -t tandem .
#   docker run -d --network host -e HOST=127.0.0.1 --stop-timeout 20 --env-file tandem.env -v tandem-data:/var/lib/tandem tandem
# Without HOST the container listens beyond its own loopback, which Tandem refuses without API_TOKENS.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -Dquick -Dmaven.test.skip=true -pl demo -am package

FROM eclipse-temurin:17-jre
LABEL org.opencontainers.image.title="Tandem" \
    org.opencontainers.image.description="Keeps a local MongoDB and MongoDB Atlas in step, in both directions" \
    org.opencontainers.image.version="0.1.0-SNAPSHOT" \
    org.opencontainers.image.licenses="Apache-2.0"
# A new volume takes owner and mode of this directory; the group has a number of its own too, so that both can be named outside.
RUN groupadd --gid 10001 tandem \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /var/lib/tandem --shell /usr/sbin/nologin tandem \
    && install -d -o tandem -g tandem -m 0750 /var/lib/tandem
COPY --from=build /src/demo/target/tandem.jar /opt/tandem/tandem.jar
WORKDIR /var/lib/tandem
ENV HOST=0.0.0.0 PORT=5000 LOG_DIR=/var/lib/tandem/logs \
    JAVA_TOOL_OPTIONS="-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k"
# The classes that a short demo needs, in the form in which the JVM keeps them: half the time of a start. Without the file it starts as well.
RUN java -XX:ArchiveClassesAtExit=/opt/tandem/tandem.jsa -Xlog:cds=error -Xlog:cds+dynamic=error -jar /opt/tandem/tandem.jar demo --for 3s
USER 10001
VOLUME /var/lib/tandem
EXPOSE 5000
STOPSIGNAL SIGTERM
# With TLS only that somebody listens: this shell cannot speak it, and a second JVM every half minute would cost more than the service.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/${HOST:-127.0.0.1}/${PORT} && { [ -n \"$TLS_CERT\" ] || { printf 'GET /livez HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '; }; }"]
ENTRYPOINT ["java", "-XX:SharedArchiveFile=/opt/tandem/tandem.jsa", "-jar", "/opt/tandem/tandem.jar"]
CMD ["serve"]
