package io.hapax.app.settings;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/**
 * The version of Hapax that a program belongs to. It stands in the parent {@code pom.xml} alone. The build writes it
 * beside this class.
 */
public final class ProductVersion {
    /** The name and version as programs print them: {@code Hapax 1.2.3}. */
    public static final String TEXT = "Hapax " + number();

    private ProductVersion() {}

    /** Prints the version if the arguments ask for it by {@code --version}, and returns whether they did. */
    public static boolean printedFor(String[] args, PrintStream out) {
        boolean asked = List.of(args).contains("--version");
        if (asked) {
            out.println(TEXT);
        }
        return asked;
    }

    /** The bare version, as Maven has it. */
    public static String number() {
        try (InputStream written = ProductVersion.class.getResourceAsStream("product.properties")) {
            Properties properties = new Properties();
            properties.load(requireNonNull(written));
            return requireNonNull(properties.getProperty("version"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
