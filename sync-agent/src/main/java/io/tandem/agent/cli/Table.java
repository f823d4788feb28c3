package io.tandem.agent.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in columns under headings; numbers are flush right. One thread. */
final class Table {

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings.size() + " columns");
        }
        rows.add(List.of(cells).stream().map(Table::printable).toList());
        return this;
    }

    /** Control characters in data must not reach the terminal. */
    static String printable(Object cell) {
        return String.valueOf(cell).replaceAll("\\p{Cntrl}", "?");
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line(headings));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String blank = " ".repeat(width(column) - length(cell));
            line.append(column == 0 ? "" : "  ").append(isNumeric(column) ? blank + cell : cell + blank);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int width = length(headings.get(column));
        for (List<String> row : rows) {
            width = Math.max(width, length(row.get(column)));
        }
        return width;
    }

    private boolean isNumeric(int column) {
        return !rows.isEmpty()
                && rows.stream().allMatch(row -> row.get(column).matches("[-0-9.,%]+( ?(ms|s|/s|B|kB|MB|GB))?"));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
