package io.tandem.embedded.fault;

/**
 * One message of the MongoDB wire protocol as it passes a proxy, or a piece of a stream in another protocol. The bytes are not copied.
 *
 * @param bytes what to pass on
 * @param requestId the number that the sender gave it; 0 for a piece of a foreign stream
 * @param responseTo the number of the message that it answers; 0 for none
 * @param command the name of the command when it is an uncompressed request, else empty
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared and never changed
record Message(byte[] bytes, int requestId, int responseTo, String command) {

    static Message foreign(byte[] bytes) {
        return new Message(bytes, 0, 0, "");
    }
}
