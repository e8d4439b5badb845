package io.hapax.tools.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one printer of all commands: what is printed as a line is one line, and shows all that is in it.
 *
 * <p>Texts from outside, such as references, accounts, keys and headers, pass through {@link TerminalText} here, so
 * that no command has to think of it: the whole line of {@code println}, each argument of {@code printf}. A format is
 * text of our own and may begin lines. {@code print}, {@code write} and {@code append} pass everything; only the
 * command line library uses them, for its help.
 */
@SuppressWarnings("AnnotateFormatMethod") // PrintWriter's methods are not annotated either.
public final class Screen extends PrintWriter {
    /** @param out where to; flushed with every line */
    public Screen(Writer out) {
        super(out, true);
    }

    @Override
    public void println(@Nullable String line) {
        super.println(TerminalText.of(String.valueOf(line)));
    }

    @Override
    public void println(@Nullable Object line) {
        println(String.valueOf(line));
    }

    @Override
    public PrintWriter printf(String format, @Nullable Object... arguments) {
        return format(Locale.ROOT, format, arguments);
    }

    @Override
    public PrintWriter printf(@Nullable Locale locale, String format, @Nullable Object... arguments) {
        return format(locale, format, arguments);
    }

    @Override
    public PrintWriter format(String format, @Nullable Object... arguments) {
        return format(Locale.ROOT, format, arguments);
    }

    @Override
    public PrintWriter format(@Nullable Locale locale, String format, @Nullable Object... arguments) {
        return super.format(
                locale, format, Stream.of(arguments).map(Screen::shown).toArray());
    }

    private static @Nullable Object shown(@Nullable Object argument) {
        return argument == null || argument instanceof Number || argument instanceof Boolean
                ? argument
                : TerminalText.of(String.valueOf(argument));
    }
}
