package io.hapax.tools.cli;

import io.hapax.topics.MissingTopicException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * A failure in one line: what was wrong, where, and what to do. The outermost failure says what was tried. Its
 * causes say why it failed. Names of exceptions are only shown with {@code -Dhapax.trace=true}.
 */
public final class PlainReason {
    private static final int DEEPEST = 10;
    private static final Pattern CLASS_NAME = Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z][\\w$]*:? ?");
    private static final String RIGHTS = "; docs/operating.md lists the rights of each program";

    private PlainReason() {}

    /** The failure as one line, without a full stop. */
    public static String of(Throwable failure) {
        List<String> parts = new ArrayList<>();
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEEPEST; depth++) {
            add(words(each), parts);
            each = isLastWord(each) ? null : each.getCause();
        }
        return parts.isEmpty()
                ? "internal fault; HAPAX_JAVA_OPTIONS=-Dhapax.trace=true shows where, please report it"
                : String.join(": ", parts);
    }

    /** Adds a part of the message. A part that is contained in an earlier part is left out. */
    private static void add(String words, List<String> parts) {
        if (!words.isEmpty() && parts.stream().noneMatch(part -> part.contains(words))) {
            parts.add(words);
        }
    }

    /** True if the causes of the failure would only repeat its message. */
    private static boolean isLastWord(Throwable failure) {
        return failure instanceof PlainFailure
                || failure instanceof MissingTopicException
                || failure instanceof SQLException
                || failure instanceof AuthenticationException
                || failure instanceof TimeoutException;
    }

    private static String words(Throwable failure) {
        return switch (failure) {
            case ExecutionException wrapper -> "";
            case CompletionException wrapper -> "";
            case UncheckedIOException io when isWrapper(io) -> "";
            case SQLException sql -> ofDatabase(sql);
            case TimeoutException late ->
                "Kafka does not answer in time: a broker is down, not reachable, or has no leader for a partition";
            case AuthenticationException refused ->
                "Kafka refuses the credentials of --command-config (" + line(refused.getMessage()) + ")";
            case AuthorizationException refused -> "Kafka grants no right: " + line(refused.getMessage()) + RIGHTS;
            case UnknownTopicOrPartitionException missing ->
                "a topic is not there: scripts/topics create makes it, if --bootstrap-servers names the right cluster";
            case OffsetOutOfRangeException gone ->
                "records were deleted from the start of a log while it was read: start again";
            case InvalidReplicationFactorException few ->
                line(few.getMessage()) + "; --replication 1 is for a single broker, where a lost disk loses payments";
            case IOException io -> ofFile(io);
            case OutOfMemoryError full -> "out of memory: HAPAX_JAVA_OPTIONS=-Xmx4g gives more";
            default -> isWrapper(failure) || failure.getMessage() == null ? "" : line(failure.getMessage());
        };
    }

    private static String ofFile(IOException io) {
        return switch (io) {
            case NoSuchFileException missing -> missing.getMessage() + ": there is no such file";
            case AccessDeniedException denied -> denied.getMessage() + ": no right to read or write it";
            case FileAlreadyExistsException there -> there.getMessage() + ": is there already";
            case NotDirectoryException file -> file.getMessage() + ": is no folder";
            case FileSystemException other
            when other.getReason() != null -> other.getFile() + ": " + line(other.getReason());
            case CharacterCodingException notText -> "it is no UTF-8 text";
            case ConnectException unknown when isUnknownHost(unknown) -> "there is no such host";
            case ConnectException refused -> "nobody listens there";
            case UnknownHostException unknown -> "there is no host " + line(unknown.getMessage());
            case HttpTimeoutException late -> "it did not answer in time";
            default -> isWrapper(io) || io.getMessage() == null ? "" : line(io.getMessage());
        };
    }

    /** Java's HTTP client says so in the cause of a cause. */
    private static boolean isUnknownHost(Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEEPEST; depth++) {
            if (each instanceof UnresolvedAddressException) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    /** The reason by SQLSTATE. The server's own texts name tables and columns. */
    private static String ofDatabase(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        String said = said(failure);
        if (state.startsWith("08")) {
            return "the database does not answer, or went away: is it running, is --jdbc-url right? (" + said + ")";
        }
        if (state.startsWith("28")) {
            return "the database refuses --jdbc-user: wrong name or password (--jdbc-password, HAPAX_JDBC_PASSWORD)";
        }
        return switch (state) {
            case "3D000" -> "the server has no such database, see --jdbc-url (" + said + ")";
            case "42501" -> "--jdbc-user lacks a right in the database (" + said + ")" + RIGHTS;
            case "42P01", "3F000" ->
                "no ledger is in this database, or --jdbc-user may not see it (" + said
                        + "); the ledger consumer makes its tables when it first starts";
            case "25006" -> "this database can only be read: ask the primary (" + said + ")";
            case "57P03", "57P01" -> "the database starts or stops just now (" + said + ")";
            default -> "the database says: " + said;
        };
    }

    /** The first sentence of the driver's text, or the message of the server's. */
    private static String said(SQLException failure) {
        if (failure instanceof PSQLException ours && ours.getServerErrorMessage() != null) {
            return line(ours.getServerErrorMessage().getMessage());
        }
        return line(failure.getMessage()).replaceFirst("\\. .*", "");
    }

    /** True if the failure's message is only the message of its cause. */
    private static boolean isWrapper(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause != null && cause.toString().equals(failure.getMessage());
    }

    private static String line(@Nullable String text) {
        if (text == null) {
            return "no reason given";
        }
        String line =
                CLASS_NAME.matcher(text).replaceAll("").replaceAll("\\s+", " ").strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
