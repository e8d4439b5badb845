package io.hapax.tools.table;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of a file, in UTF-8, or in UTF-16 with a byte order mark. Bytes that are not valid are refused, with
 * their place.
 */
final class StrictText extends Reader {
    private static final int CHUNK = 1 << 14;

    private final Path file;
    private final InputStream in;
    private final Charset charset;
    private final CharsetDecoder decoder;
    private final byte[] chunk = new byte[CHUNK];
    private final ByteBuffer bytes = ByteBuffer.wrap(chunk);
    private boolean ended;
    private long line = 1;
    private long column = 1;
    private boolean afterReturn;

    /** @param start what was read of {@code in} already, and is text */
    private StrictText(Path file, InputStream in, Charset charset, ByteBuffer start) {
        this.file = file;
        this.in = in;
        this.charset = charset;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        bytes.put(start).flip();
    }

    /** The file's text, without its byte order mark. */
    static BufferedReader open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new TableRefusedException(file, "it is a folder, not a file");
        }
        InputStream in = Files.newInputStream(file);
        try {
            byte[] start = in.readNBytes(3);
            Charset charset = charset(start);
            int mark = startsWith(start, 0xef, 0xbb, 0xbf) ? 3 : charset.equals(UTF_8) ? 0 : 2;
            ByteBuffer rest = ByteBuffer.wrap(start, mark, start.length - mark);
            return new BufferedReader(new StrictText(file, in, charset, rest), CHUNK);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static Charset charset(byte[] start) {
        if (startsWith(start, 0xff, 0xfe)) return UTF_16LE;
        return startsWith(start, 0xfe, 0xff) ? UTF_16BE : UTF_8;
    }

    private static boolean startsWith(byte[] start, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (start.length <= i || (start[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int read(char[] buffer, int from, int length) throws IOException {
        CharBuffer target = CharBuffer.wrap(buffer, from, length).slice();
        while (true) {
            CoderResult result = decoder.decode(bytes, target, ended);
            count(target.duplicate().flip());
            if (result.isError()) {
                throw new TableRefusedException(file, malformed(bytes.get(bytes.position())));
            }
            if (target.position() > 0) {
                return target.position();
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    private void fill() throws IOException {
        bytes.compact();
        int read = in.read(chunk, bytes.position(), bytes.remaining());
        ended = read < 0;
        bytes.position(bytes.position() + Math.max(0, read)).flip();
    }

    private void count(CharBuffer decoded) {
        while (decoded.hasRemaining()) {
            char character = decoded.get();
            if (character == '\0') {
                throw new TableRefusedException(
                        file,
                        place() + ": a character U+0000. Is it UTF-16? Then it must begin with a byte order mark");
            }
            if (character == '\n' && afterReturn) {
                afterReturn = false;
            } else if (character == '\n' || character == '\r') {
                line++;
                column = 1;
                afterReturn = character == '\r';
            } else {
                column++;
                afterReturn = false;
            }
        }
    }

    private String malformed(byte found) {
        String hex = "%02x".formatted(found & 0xff);
        if (!charset.equals(UTF_8)) {
            return place() + ": the byte " + hex + " is not " + charset.name() + ", which the file begins as";
        }
        return place() + ": the byte " + hex + " is not UTF-8. This looks like Latin-1 or Windows-1252, where it is \""
                + new String(new byte[] {found}, WINDOWS) + "\": save the file as UTF-8";
    }

    private String place() {
        return "line " + line + ", column " + column;
    }

    private static final Charset WINDOWS = Charset.forName("windows-1252");

    @Override
    public void close() throws IOException {
        in.close();
    }
}
