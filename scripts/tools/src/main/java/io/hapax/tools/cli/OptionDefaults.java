package io.hapax.tools.cli;

import static java.util.stream.Collectors.joining;

import io.hapax.app.settings.SettingsException;
import io.hapax.app.settings.SettingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.PropertiesDefaultProvider;

/**
 * The file with defaults of options, such as the address of Kafka.
 *
 * <p>A line {@code registry=URL} stands for {@code --registry URL} in every command that has the option. A line
 * {@code hapax.reconcile.limit=5} stands for the option of that command alone. An option on the command line wins.
 * A file that cannot be read, or that names an unknown option, is a {@link PlainFailure}.
 */
public final class OptionDefaults implements IDefaultValueProvider {
    private final PropertiesDefaultProvider lines;

    private OptionDefaults(Map<String, String> lines) {
        Properties properties = new Properties();
        properties.putAll(lines);
        this.lines = new PropertiesDefaultProvider(properties);
    }

    /** @param all the command line whose options the file may name */
    public static OptionDefaults read(Path file, CommandLine all) {
        Map<String, String> lines = lines(file);
        Set<String> unknown = new HashSet<>(lines.keySet());
        unknown.removeAll(names(all));
        if (!unknown.isEmpty()) {
            throw new PlainFailure(unknown.stream()
                    .sorted()
                    .map(name -> name + " in " + file + " is the name of no option")
                    .collect(joining("; ")));
        }
        return new OptionDefaults(lines);
    }

    private static Map<String, String> lines(Path file) {
        try {
            return SettingsFile.read(file);
        } catch (SettingsException e) {
            throw new PlainFailure(String.join("; ", e.mistakes()), e);
        }
    }

    private static Set<String> names(CommandLine command) {
        Set<String> names = new HashSet<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            // A password in a file that everybody may read would be one for everybody.
            if (!option.interactive()) {
                String name = option.longestName().replaceFirst("^-+", "");
                names.add(name);
                names.add(command.getCommandSpec().qualifiedName(".") + "." + name);
            }
        }
        List<CommandLine> below = new ArrayList<>(command.getSubcommands().values());
        below.forEach(each -> names.addAll(names(each)));
        return names;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) throws Exception {
        return argument.isOption() && !argument.interactive() ? lines.defaultValue(argument) : null;
    }
}
