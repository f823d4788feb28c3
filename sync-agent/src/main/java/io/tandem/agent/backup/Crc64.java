package io.tandem.agent.backup;

/** The CRC-64 (ECMA-182, reflected) that mongodump writes at the end of each collection in an archive. One thread. */
final class Crc64 {

    private static final long POLYNOMIAL = 0xC96C5795D7870F42L;
    private static final long[] TABLE = table();

    private long crc;

    void update(byte[] bytes) {
        long inverted = ~crc;
        for (byte value : bytes) {
            inverted = TABLE[(int) (inverted ^ value) & 0xff] ^ (inverted >>> 8);
        }
        crc = ~inverted;
    }

    long value() {
        return crc;
    }

    private static long[] table() {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            long entry = i;
            for (int bit = 0; bit < 8; bit++) {
                entry = (entry & 1) == 1 ? (entry >>> 1) ^ POLYNOMIAL : entry >>> 1;
            }
            table[i] = entry;
        }
        return table;
    }
}
