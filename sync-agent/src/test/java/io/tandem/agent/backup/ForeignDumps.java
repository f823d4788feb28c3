package io.tandem.agent.backup;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Dumps as mongodump writes them, built byte by byte. */
final class ForeignDumps {

    static final byte[] TEA = new Bytes()
            .intField("_id", 1)
            .string("name", "Tea")
            .intField("price", 25)
            .document();
    static final byte[] COFFEE = new Bytes()
            .intField("_id", 2)
            .string("name", "Coffee")
            .longField("price", 30)
            .document();

    /** As mongodump 100.x writes it for a collection with a unique index and a validator level. */
    static final String MENU_METADATA =
            "{\"options\":{\"validationLevel\":\"moderate\"},\"indexes\":[{\"v\":{\"$numberInt\":\"2\"},\"key\":{\"_id\":{\"$numberInt\":\"1\"}},\"name\":\"_id_\"},"
                    + "{\"v\":{\"$numberInt\":\"2\"},\"unique\":true,\"key\":{\"name\":{\"$numberInt\":\"1\"}},\"name\":\"name_1\"}],"
                    + "\"uuid\":\"0123456789abcdef0123456789abcdef\",\"collectionName\":\"menu/items\",\"type\":\"collection\"}";

    /** As mongodump 3.x wrote it: legacy numbers, a namespace in the index, no name, no type. */
    static final String OLD_METADATA =
            "{\"options\":{},\"indexes\":[{\"v\":1,\"key\":{\"_id\":1},\"name\":\"_id_\",\"ns\":\"bomba.tables\"},"
                    + "{\"v\":1,\"key\":{\"number\":1},\"name\":\"number_1\",\"ns\":\"bomba.tables\"}]}";

    private ForeignDumps() {}

    /** {@code mongodump --db=bomba --out=root} of {@code menu/items} (two documents) and {@code tables} (one, old format). */
    static void directory(Path root, boolean gzip) {
        put(
                root.resolve("bomba/menu%2Fitems.bson"),
                new Bytes().bytes(TEA).bytes(COFFEE).toArray(),
                gzip);
        put(root.resolve("bomba/menu%2Fitems.metadata.json"), MENU_METADATA.getBytes(StandardCharsets.UTF_8), gzip);
        put(
                root.resolve("bomba/tables.bson"),
                new Bytes().intField("_id", 7).intField("number", 7).document(),
                gzip);
        put(root.resolve("bomba/tables.metadata.json"), OLD_METADATA.getBytes(StandardCharsets.UTF_8), gzip);
        put(
                root.resolve("bomba/prelude.json"),
                "{\"ServerVersion\":\"7.0.14\",\"ToolVersion\":\"100.10.0\"}".getBytes(StandardCharsets.UTF_8),
                gzip);
    }

    private static void put(Path file, byte[] content, boolean gzip) {
        if (gzip) {
            Bytes.write(file.resolveSibling(file.getFileName() + ".gz"), Bytes.gzip(content));
        } else {
            Bytes.write(file, content);
        }
    }

    /**
     * {@code mongodump --db=bomba --archive}: the two collections' documents interleaved.
     *
     * @param menuCrc the CRC-64 of the bytes of {@link #TEA} and {@link #COFFEE}
     */
    static byte[] archive(long menuCrc, long tablesCrc) {
        byte[] table = new Bytes().intField("_id", 7).intField("number", 7).document();
        return new Bytes()
                .raw(0x6d, 0xe2, 0x99, 0x81)
                .bytes(new Bytes()
                        .intField("concurrent_collections", 4)
                        .string("version", "0.1")
                        .string("server_version", "7.0.14")
                        .string("tool_version", "100.10.0")
                        .document())
                .bytes(prelude("menu/items", MENU_METADATA))
                .bytes(prelude("tables", OLD_METADATA))
                .raw(0xff, 0xff, 0xff, 0xff)
                .bytes(header("menu/items", false, 0))
                .bytes(TEA)
                .raw(0xff, 0xff, 0xff, 0xff)
                .bytes(header("tables", false, 0))
                .bytes(table)
                .raw(0xff, 0xff, 0xff, 0xff)
                .bytes(header("menu/items", false, 0))
                .bytes(COFFEE)
                .raw(0xff, 0xff, 0xff, 0xff)
                .bytes(header("menu/items", true, menuCrc))
                .raw(0xff, 0xff, 0xff, 0xff)
                .bytes(header("tables", true, tablesCrc))
                .raw(0xff, 0xff, 0xff, 0xff)
                .toArray();
    }

    private static byte[] prelude(String collection, String metadata) {
        return new Bytes()
                .string("db", "bomba")
                .string("collection", collection)
                .string("metadata", metadata)
                .intField("size", 0)
                .string("type", "collection")
                .document();
    }

    private static byte[] header(String collection, boolean eof, long crc) {
        return new Bytes()
                .string("db", "bomba")
                .string("collection", collection)
                .booleanField("EOF", eof)
                .longField("CRC", crc)
                .document();
    }

    static long crcOf(byte[]... documents) {
        Crc64 crc = new Crc64();
        for (byte[] document : documents) {
            crc.update(document);
        }
        return crc.value();
    }

    static byte[] goodArchive() {
        return archive(
                crcOf(TEA, COFFEE),
                crcOf(new Bytes().intField("_id", 7).intField("number", 7).document()));
    }
}
