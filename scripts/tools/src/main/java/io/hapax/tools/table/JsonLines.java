package io.hapax.tools.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.hapax.tools.table.TableLine.Malformed;
import io.hapax.tools.table.TableLine.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rows of a file with one JSON object on each line. Its values are texts and numbers. A number keeps its
 * characters as written.
 */
final class JsonLines {
    private static final JsonFactory JSON = new JsonFactory();

    private final Columns columns;
    private final Map<String, String> fields;
    private final Consumer<TableLine> receiver;

    JsonLines(Columns columns, Consumer<TableLine> receiver) {
        this.columns = columns;
        this.fields = columns.fields();
        this.receiver = receiver;
    }

    void read(BufferedReader text) throws IOException {
        long number = 0;
        for (String line = text.readLine(); line != null; line = text.readLine()) {
            number++;
            if (!line.isBlank()) {
                receiver.accept(line(number, line));
            }
        }
    }

    private TableLine line(long number, String line) throws IOException {
        try (JsonParser parser = JSON.createParser(line)) {
            return new Row(number, object(parser));
        } catch (NoRowException e) {
            return new Malformed(number, String.valueOf(e.getMessage()));
        } catch (JsonProcessingException e) {
            return new Malformed(
                    number,
                    isCut(line, e)
                            ? "the JSON object does not end on its line; a line holds a whole one"
                            : "not JSON" + place(e));
        }
    }

    private static boolean isCut(String line, JsonProcessingException e) {
        return line.stripLeading().startsWith("{")
                && e.getLocation() != null
                && e.getLocation().getCharOffset() >= line.stripTrailing().length();
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? "" : ", at column " + e.getLocation().getColumnNr();
    }

    private Map<String, String> object(JsonParser parser) throws IOException, NoRowException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new NoRowException("not a JSON object");
        }
        List<String> found = new ArrayList<>();
        Map<String, String> cells = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String column = parser.currentName();
            found.add(column);
            JsonToken value = parser.nextToken();
            String field = fields.get(column);
            if (field == null || columns.ignored().contains(column)) {
                parser.skipChildren();
            } else if (value.isNumeric() || value == JsonToken.VALUE_STRING) {
                if (!UTF_8.newEncoder().canEncode(parser.getText())) {
                    throw new NoRowException("\"" + column + "\" has half of a character, which is no Unicode text");
                }
                if (!parser.getText().isEmpty()) {
                    cells.put(field, parser.getText());
                }
            } else if (value == JsonToken.VALUE_NULL) {
                throw new NoRowException("\"" + column + "\" is null; leave it out, if its default is meant");
            } else {
                throw new NoRowException("\"" + column + "\" is neither text nor number");
            }
        }
        if (parser.nextToken() != null) {
            throw new NoRowException("more than one value; a line holds one");
        }
        var obstacle = columns.obstacle(found);
        if (obstacle.isPresent()) {
            throw new NoRowException(obstacle.get());
        }
        return cells;
    }

    private static final class NoRowException extends Exception {
        private static final long serialVersionUID = 1L;

        NoRowException(String why) {
            super(why);
        }
    }
}
