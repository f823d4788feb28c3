package io.tandem.agent.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.tandem.agent.text.Masking;
import java.nio.charset.StandardCharsets;

/** Hides secrets and document content in whatever another encoder writes. Any thread. */
final class MaskingEncoder extends EncoderBase<ILoggingEvent> {
    private final Encoder<ILoggingEvent> inner;
    private final Masking masking;

    MaskingEncoder(Encoder<ILoggingEvent> inner, Masking masking) {
        this.inner = inner;
        this.masking = masking;
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String line = new String(inner.encode(event), StandardCharsets.UTF_8);
        return ServerText.withoutContent(masking.apply(line)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
