# Tandem in a container: built from the sources, run without privileges.
#   docker build -t tandem .
#   docker run -p 127.0.0.1:5000:5000 --env-file tandem.env -v tandem-logs:/var/lib/tandem tandem
# tandem.env needs API_TOKENS: the container listens beyond its own loopback, which Tandem refuses without tokens.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -Dquick -DskipTests -pl demo -am package

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --home-dir /var/lib/tandem --create-home --shell /usr/sbin/nologin tandem
COPY --from=build /src/demo/target/tandem.jar /opt/tandem/tandem.jar
USER 10001
WORKDIR /var/lib/tandem
ENV HOST=0.0.0.0 PORT=5000 LOG_DIR=/var/lib/tandem/logs \
    JAVA_TOOL_OPTIONS="-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k"
VOLUME /var/lib/tandem
EXPOSE 5000
STOPSIGNAL SIGTERM
# With TLS only that somebody listens: this shell cannot speak it, and a second JVM every half minute would cost more than the service.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PORT} && { [ -n \"$TLS_CERT\" ] || { printf 'GET /livez HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '; }; }"]
ENTRYPOINT ["java", "-jar", "/opt/tandem/tandem.jar"]
CMD ["serve"]
