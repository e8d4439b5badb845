package io.hapax.lab.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of the repository that must agree with the code. */
public final class Repository {
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static final Set<String> MADE = Set.of(".git", "target", "node_modules", "state");

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private static final Pattern METRIC =
            Pattern.compile("\\b(?:hapax|kafka|jvm|process|system|hikaricp)[_:][a-z0-9_:]+");

    private Repository() {}

    public static String text(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files that people keep in the repository, without what a build or an installation makes. */
    static Stream<Path> files() {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return MADE.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream().sorted();
    }

    /** The folders of all modules. */
    static List<Path> modules() {
        return MODULE.matcher(text("pom.xml"))
                .results()
                .map(module -> ROOT.resolve(module.group(1)))
                .toList();
    }

    static JsonNode yaml(String file) {
        return parse(new YAMLMapper(), file);
    }

    static JsonNode json(String file) {
        return parse(new ObjectMapper(), file);
    }

    private static JsonNode parse(ObjectMapper mapper, String file) {
        try {
            return mapper.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /** Metrics in docs/metrics.md, with their kinds; those that end in * stand for all that begin like them. */
    static Map<String, String> documentedMetrics() {
        Matcher row =
                Pattern.compile("(?m)^\\| `([a-z0-9_]+\\*?)` \\| ([a-z]+) \\|").matcher(text("docs/metrics.md"));
        Map<String, String> metrics = new TreeMap<>();
        while (row.find()) {
            metrics.put(row.group(1), row.group(2));
        }
        return metrics;
    }

    /** PromQL of the dashboard's panels. */
    static List<String> dashboardQueries() {
        List<String> queries = new ArrayList<>();
        json("deploy/grafana/dashboards/hapax.json").findValuesAsText("expr").forEach(queries::add);
        return queries;
    }

    /** PromQL of the alerts and recorded rules. */
    static List<String> ruleQueries() {
        return yaml("deploy/prometheus/alerts.yml").findValuesAsText("expr");
    }

    static Set<String> recordedRules() {
        return new TreeSet<>(yaml("deploy/prometheus/alerts.yml").findValuesAsText("record"));
    }

    /** Metrics that the queries name, rules that are recorded aside. */
    static Set<String> metricsIn(Stream<String> queries) {
        Set<String> found = new TreeSet<>();
        queries.forEach(query -> METRIC.matcher(query).results().forEach(name -> found.add(name.group())));
        found.removeAll(recordedRules());
        return found;
    }

    /** The metric that a series belongs to: of a histogram, without its suffix. */
    static String family(String series, Set<String> families) {
        for (String suffix : List.of("_bucket", "_count", "_sum", "_max")) {
            if (series.endsWith(suffix) && families.contains(series.substring(0, series.length() - suffix.length()))) {
                return series.substring(0, series.length() - suffix.length());
            }
        }
        return series;
    }

    static boolean isDocumented(String series, Set<String> documented) {
        return documented.contains(family(series, documented))
                || documented.stream()
                        .filter(name -> name.endsWith("*"))
                        .anyMatch(name -> series.startsWith(name.substring(0, name.length() - 1)));
    }
}
