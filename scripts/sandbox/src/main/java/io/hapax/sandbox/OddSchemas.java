package io.hapax.sandbox;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Texts that a registry may hold under an id, by which nothing of ours can be read. */
public final class OddSchemas {
    private static final String FIELDS = "\"fields\":[";

    private OddSchemas() {}

    /** @param ours schema of a record of ours, which some of them come close to */
    public static Stream<String> beside(String ours) {
        return Stream.of(
                // No schema, or one that Avro of this version does not take.
                "",
                " ",
                "{",
                "null",
                "7",
                "[]",
                "{}",
                "\"object\"",
                "\"Nobody\"",
                "syntax = \"proto3\"; message M {}",
                "{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}",
                "{\"type\":\"fixed\",\"name\":\"F\",\"size\":99999999999}",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"A\"]}",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"],\"default\":\"B\"}",
                "[\"string\",\"string\"]",
                "[\"null\",[\"null\",\"string\"]]",
                "{\"type\":\"record\",\"name\":\"9\",\"fields\":[]}",
                "{\"type\":\"record\",\"name\":\"R\"}",
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},"
                        + "{\"name\":\"a\",\"type\":\"int\"}]}",
                record("\"int\",\"default\":\"seven\""),
                record("\"elsewhere.Trace\""),
                record("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":-1}"),
                record("\"int\",\"order\":\"sideways\""),
                record("\"int\",\"aliases\":7"),
                // Schemas, but not of a command.
                "\"string\"",
                "[\"null\",\"string\"]",
                record("\"int\""),
                record("\"R\""),
                record("{\"type\":\"array\",\"items\":\"R\"}"),
                withField(ours, "{\"type\":\"error\"}"),
                // Too much of it.
                "[".repeat(100_000),
                nested(400, "{\"type\":\"array\",\"items\":", "\"int\"", "}"),
                nested(40_000, "{\"type\":\"array\",\"items\":", "\"int\"", "}"),
                nested(3_000, "{\"type\":\"map\",\"values\":", "\"null\"", "}"),
                "[" + "\"int\",".repeat(300_000) + "\"int\"]",
                wide(20_000),
                laughs(60),
                withField(ours, laughs(60)),
                withField(ours, "{\"type\":\"array\",\"items\":\"null\"}"),
                withField(
                        ours,
                        "{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"E\",\"fields\":"
                                + "[{\"name\":\"f\",\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":0}}]}}}"),
                withField(ours, wide(20_000)),
                "\"" + "x".repeat(5_000_000) + "\"");
    }

    /** A schema with a field in front that it did not have. */
    public static String withField(String record, String type) {
        int at = record.indexOf(FIELDS) + FIELDS.length();
        return record.substring(0, at) + "{\"name\":\"extra\",\"type\":" + type + "}," + record.substring(at);
    }

    /**
     * One made by chance: mostly a schema, now and then none, now and then ours with another field, which our reader
     * leaves out.
     */
    public static String random(Random random, String ours) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> withField(ours, type(random, 3));
            case 3 -> broken(random, ours);
            default -> type(random, 4);
        };
    }

    /** A few characters of it are another. */
    private static String broken(Random random, String text) {
        StringBuilder broken = new StringBuilder(text);
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            broken.setCharAt(random.nextInt(broken.length()), "{}[]\",:x7\u0000".charAt(random.nextInt(10)));
        }
        return broken.toString();
    }

    private static String type(Random random, int depth) {
        String name = "T" + random.nextInt(40);
        return switch (random.nextInt(depth > 0 ? 12 : 6)) {
            case 0 -> "\"null\"";
            case 1 -> "\"string\"";
            case 2 -> "\"bytes\"";
            case 3 ->
                "\"" + List.of("int", "long", "double", "boolean", "float").get(random.nextInt(5)) + "\"";
            case 4 -> "\"" + name + "\"";
            case 5 -> "{\"type\":\"fixed\",\"name\":\"" + name + "\",\"size\":" + (random.nextInt(20) - 2) + "}";
            case 6 -> "{\"type\":\"enum\",\"name\":\"" + name + "\",\"symbols\":[\"A\",\"" + name + "\"]}";
            case 7 -> "{\"type\":\"array\",\"items\":" + type(random, depth - 1) + "}";
            case 8 -> "{\"type\":\"map\",\"values\":" + type(random, depth - 1) + "}";
            case 9 -> "[\"null\"," + type(random, depth - 1) + "]";
            default -> record(random, name, depth);
        };
    }

    private static String record(Random random, String name, int depth) {
        StringBuilder text = new StringBuilder("{\"type\":\"record\",\"name\":\"" + name + "\",\"fields\":[");
        for (int i = 0; i < random.nextInt(5); i++) {
            text.append(i == 0 ? "" : ",").append("{\"name\":\"f").append(i).append("\",\"type\":");
            text.append(type(random, depth - 1)).append(random.nextInt(4) == 0 ? ",\"default\":null}" : "}");
        }
        return text.append("]}").toString();
    }

    private static String record(String type) {
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":" + type + "}]}";
    }

    private static String nested(int depth, String open, String inner, String close) {
        return open.repeat(depth) + inner + close.repeat(depth);
    }

    private static String wide(int fields) {
        StringBuilder text = new StringBuilder("{\"type\":\"record\",\"name\":\"Wide\",\"fields\":[");
        for (int i = 0; i < fields; i++) {
            text.append(i == 0 ? "" : ",").append("{\"name\":\"f").append(i).append("\",\"type\":\"int\"}");
        }
        return text.append("]}").toString();
    }

    /** Each record holds the one before it ten times: a short text that stands for 10^n fields. */
    private static String laughs(int records) {
        StringBuilder text = new StringBuilder("{\"type\":\"record\",\"name\":\"All\",\"fields\":[");
        for (int i = 0; i < records; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"f")
                    .append(i)
                    .append("\",\"type\":{\"type\":\"record\",\"name\":\"L")
                    .append(i)
                    .append("\",\"fields\":[");
            for (int j = 0; j < 10; j++) {
                text.append(j == 0 ? "" : ",")
                        .append("{\"name\":\"g")
                        .append(j)
                        .append("\",\"type\":\"")
                        .append(i == 0 ? "null" : "L" + (i - 1))
                        .append("\"}");
            }
            text.append("]}}");
        }
        return text.append("]}").toString();
    }
}
