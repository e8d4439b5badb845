package io.hapax.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The page about performance. Its numbers and charts come from results files alone; the other text is written by
 * hand. The generated parts stand between the marks {@code <!-- bench NAME -->} and {@code <!-- /bench -->}.
 */
final class PerformancePage {
    private static final Pattern BLOCK =
            Pattern.compile("(<!-- bench (\\S+) -->\n).*?(<!-- /bench -->)", Pattern.DOTALL);

    private final Path page;
    private final Charts charts;

    /** A row of the results by name. */
    private static final Pattern RESULT = Pattern.compile("(?m)^\\| `([^`]+)` \\| .*$");

    /** The results by scenario, from the last file that has the scenario. */
    private final Map<String, JsonNode> scenarios = new TreeMap<>();

    private final Map<String, String> circumstances = new TreeMap<>();
    private final Map<String, Double> results = new TreeMap<>();

    /** @param page the Markdown file, beside which a folder of its name has the charts */
    PerformancePage(Path page) {
        this.page = page;
        this.charts = new Charts(page.resolveSibling("performance"));
    }

    /** Takes in the results of a run; what an earlier one has as well is replaced. */
    void add(Path resultsFile) throws IOException {
        JsonNode run = new ObjectMapper().readTree(resultsFile.toFile());
        String ranWith = circumstances(run.get("circumstances"));
        run.get("scenarios").properties().forEach(scenario -> {
            scenarios.put(scenario.getKey(), scenario.getValue());
            circumstances.put(scenario.getKey(), ranWith);
        });
        run.get("results")
                .properties()
                .forEach(each -> results.put(each.getKey(), each.getValue().asDouble()));
    }

    /** Writes the page; returns the names of the blocks that no run has results for, which stay as they are. */
    List<String> write() throws IOException {
        List<String> without = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(Files.readString(page));
        StringBuilder written = new StringBuilder();
        while (blocks.find()) {
            String name = blocks.group(2);
            String content = content(name, blocks.group());
            if (content.isEmpty()) {
                without.add(name);
            }
            String replacement =
                    content.isEmpty() ? blocks.group() : blocks.group(1) + content + "\n" + blocks.group(3);
            blocks.appendReplacement(written, Matcher.quoteReplacement(replacement));
        }
        blocks.appendTail(written);
        Files.writeString(page, written);
        return without;
    }

    private String content(String name, String before) throws IOException {
        if (name.equals("results")) {
            return results(before);
        }
        JsonNode scenario = scenarios.get(name);
        if (scenario == null) {
            return "";
        }
        String table = switch (name) {
            case "path.latency" -> latencies(scenario);
            case LedgerBench.BATCH_SIZE -> batches(scenario);
            case "growth" -> growth(scenario);
            case "recovery" -> recovery(scenario);
            case "gateway" -> gateway(scenario);
            default -> rounds(name, scenario);
        };
        return table + "\n" + circumstances.get(name);
    }

    /** Rows of scenarios that no run has stay as they were. */
    private String results(String before) {
        if (results.isEmpty()) {
            return "";
        }
        Map<String, String> rows = new TreeMap<>();
        Matcher former = RESULT.matcher(before);
        while (former.find()) {
            rows.put(former.group(1), former.group() + "\n");
        }
        Set<String> measured =
                results.keySet().stream().map(PerformancePage::scenarioOf).collect(Collectors.toSet());
        rows.keySet().removeIf(name -> measured.contains(scenarioOf(name)));
        results.forEach((name, value) -> rows.put(name, row("`" + name + "`", number(value))));
        return "| name | |\n|---|--:|\n" + String.join("", rows.values());
    }

    private static String scenarioOf(String result) {
        return result.substring(0, result.indexOf('.'));
    }

    private String rounds(String name, JsonNode scenario) throws IOException {
        String unit = scenario.get("unit").asText();
        StringBuilder table =
                new StringBuilder(row("variant", unit + ", median", "least", "most") + "|---|--:|--:|--:|\n");
        Map<String, Double> medians = new LinkedHashMap<>();
        scenario.get("variants").properties().forEach(variant -> {
            List<Double> rates = numbers(variant.getValue().get("rounds"));
            double median = variant.getValue().get("median").asDouble();
            medians.put(variant.getKey(), median);
            table.append(row(
                    variant.getKey(),
                    number(median),
                    number(rates.stream().min(Double::compare).orElseThrow()),
                    number(rates.stream().max(Double::compare).orElseThrow())));
        });
        String size =
                scenario.has("commands") ? number(scenario.get("commands").asDouble()) + " commands a trial.\n\n" : "";
        return table + "\n" + size + charts.bars(name, unit, medians);
    }

    private static String batches(JsonNode scenario) {
        StringBuilder table = new StringBuilder(
                row("events in a database transaction", "events/s", "ms a database transaction", "times row by row")
                        + "|--:|--:|--:|--:|\n");
        JsonNode variants = scenario.get("variants");
        double rowByRow = variants.get(LedgerBench.ROW_BY_ROW).get("median").asDouble();
        variants.properties().stream()
                .filter(each -> !each.getKey().equals(LedgerBench.ROW_BY_ROW))
                .forEach(each -> {
                    double size = Double.parseDouble(each.getKey());
                    double rate = each.getValue().get("median").asDouble();
                    table.append(row(
                            String.format(Locale.ROOT, "%,.0f", size),
                            number(rate),
                            number(size / rate * 1e3),
                            number(rate / rowByRow)));
                });
        return table.toString();
    }

    private String latencies(JsonNode scenario) throws IOException {
        StringBuilder table =
                new StringBuilder(row("load", "payments/s", "p50 ms", "p99 ms", "p99.9 ms", "most ms", "counted")
                        + "|---|--:|--:|--:|--:|--:|--:|\n");
        Map<String, Map<String, Double>> curves = new LinkedHashMap<>();
        scenario.properties().forEach(load -> {
            JsonNode percentiles = load.getValue().get("percentilesMs");
            table.append(row(
                    load.getKey(),
                    number(load.getValue().get("ratePerSecond").asDouble()),
                    number(percentiles.get("50.0").asDouble()),
                    number(percentiles.get("99.0").asDouble()),
                    number(percentiles.get("99.9").asDouble()),
                    number(percentiles.get("100.0").asDouble()),
                    number(load.getValue().get("counted").asDouble())));
            Map<String, Double> curve = new LinkedHashMap<>();
            percentiles
                    .properties()
                    .forEach(each -> curve.put(each.getKey(), each.getValue().asDouble()));
            curves.put(load.getKey(), curve);
        });
        return table + "\n" + charts.lines("path.latency", "percentile", "ms from due to settled", curves);
    }

    private String growth(JsonNode scenario) throws IOException {
        StringBuilder table = new StringBuilder(row(
                        "remembered",
                        "new commands/s",
                        "settled/s",
                        "retries/s",
                        "look-up ns, known",
                        "p99",
                        "unknown",
                        "bytes on disk per key",
                        "bytes of filters per key",
                        "RocksDB's memory, MiB")
                + "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        Map<String, Double> fresh = new LinkedHashMap<>();
        Map<String, Double> retries = new LinkedHashMap<>();
        scenario.properties().forEach(size -> {
            JsonNode found = size.getValue();
            String keys = number(found.get("keys").asDouble());
            fresh.put(keys, found.get("newPerSecond").asDouble());
            retries.put(keys, found.get("retriesPerSecond").asDouble());
            table.append(row(
                    keys,
                    number(found.get("newPerSecond").asDouble()),
                    number(found.get("settledPerSecond").asDouble()),
                    number(found.get("retriesPerSecond").asDouble()),
                    number(found.get("knownMeanNanos").asDouble()),
                    number(found.get("knownP99Nanos").asDouble()),
                    number(found.get("unknownMeanNanos").asDouble()),
                    number(found.get("diskBytesPerKey").asDouble()),
                    number(found.get("filterBytesPerKey").asDouble()),
                    number(found.get("memoryBytes").asDouble() / 1024 / 1024)));
        });
        return table + "\n"
                + charts.lines("growth", "remembered payments", "commands/s", Map.of("new", fresh, "retries", retries));
    }

    private static String recovery(JsonNode scenario) {
        StringBuilder table = new StringBuilder(
                row("remembered", "", "first decision, s", "all partitions decide, s") + "|--:|---|--:|--:|\n");
        scenario.properties().stream()
                .filter(each -> each.getValue() instanceof ObjectNode)
                .forEach(each -> {
                    String[] sizeAndVariant = each.getKey().split("\\.", 2);
                    table.append(row(
                            number(Double.parseDouble(sizeAndVariant[0])),
                            sizeAndVariant[1],
                            number(Bench.median(numbers(each.getValue().get("secondsToFirstDecision")))),
                            number(Bench.median(numbers(each.getValue().get("secondsToAllPartitions"))))));
                });
        return table + "\nSession timeout " + scenario.get("sessionTimeoutMs").asText() + " ms.\n";
    }

    private static String gateway(JsonNode scenario) {
        StringBuilder table = new StringBuilder(
                row("answered when", "requests/s", "p50 ms", "p99 ms", "p99.9 ms") + "|---|--:|--:|--:|--:|\n");
        scenario.properties().forEach(variant -> {
            JsonNode found = variant.getValue();
            table.append(row(
                    variant.getKey(),
                    number(found.get("requestsPerSecond").asDouble()),
                    number(found.get("p50Ms").asDouble()),
                    number(found.get("p99Ms").asDouble()),
                    number(found.get("p99.9Ms").asDouble())));
        });
        return table.toString();
    }

    private static String circumstances(JsonNode ran) {
        StringBuilder list = new StringBuilder("Run with:\n\n");
        ran.properties()
                .forEach(each -> list.append("- ")
                        .append(each.getKey())
                        .append(' ')
                        .append(each.getValue().asText())
                        .append('\n'));
        return list.toString();
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(each -> numbers.add(each.asDouble()));
        return numbers;
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }
}
