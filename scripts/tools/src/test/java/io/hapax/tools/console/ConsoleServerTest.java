package io.hapax.tools.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.schemas.ActionPhase;
import io.hapax.tools.HapaxRun;
import io.hapax.tools.trail.Intent;
import io.hapax.tools.trail.OperatorTrail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of who gets into the console and what is told to whom, over HTTP. No page here asks a real part. */
class ConsoleServerTest {
    private static final String PASSWORD = "correct horse battery";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final BlockingQueue<String> RECORDED = new LinkedBlockingQueue<>();

    @TempDir
    private static Path folder;

    private static LoginFile file;
    private static ConsoleServer server;

    /** A trail that the test can read. */
    private static final class Heard implements OperatorTrail {
        @Override
        public void write(UUID actionId, ActionPhase phase, Intent intent, String detail) {
            RECORDED.add(phase + " " + intent.operator() + " " + intent.action() + ": " + detail);
        }

        @Override
        public void close() {}
    }

    @BeforeAll
    static void start() {
        file = new LoginFile(folder.resolve("logins.json"));
        PasswordHash hash = PasswordHash.of(PASSWORD.toCharArray(), new SecureRandom());
        file.write(Stream.of("ada", "leaver", "guest")
                .map(name -> new Login(name, Role.LOOK, hash))
                .toList());
        RefusedTries refused = new RefusedTries(Heard::new);
        Page page = asked -> View.of(new View.Rows("Asked", "field")
                .add(asked.getOrDefault("key", "none"))
                .table(""));
        server = ConsoleServer.start(
                "127.0.0.1",
                0,
                null,
                new Routes(new Doors(file, Clock.systemUTC(), refused), Map.of("payment", page), refused));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void shouldShowAPageToThoseWhoAreLoggedInAloneAndOnlyUntilTheyLeave() throws Exception {
        assertEquals(401, get("/api/page/payment", "").statusCode());
        Inside ada = enter("ada");
        HttpResponse<String> page = get("/api/page/payment", ada.cookie());
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("[[\"none\"]]"), page.body());
        HttpResponse<String> again = send(request("/api/page/payment", ada.cookie())
                .header("If-None-Match", page.headers().firstValue("ETag").orElseThrow())
                .GET());
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());

        assertEquals(200, post("/api/logout", ada, ada.csrf(), "{}").statusCode());
        assertEquals(401, get("/api/page/payment", ada.cookie()).statusCode(), "a stolen cookie outlives its session");
    }

    @Test
    void shouldEndASessionWhoseLoginIsTakenAway() throws Exception {
        Inside leaver = enter("leaver");
        assertEquals(200, get("/api/page/payment", leaver.cookie()).statusCode());
        HapaxRun removed = HapaxRun.of("console-logins")
                .with("remove", "leaver", "--logins", file.path().toString());
        assertEquals(0, removed.exitCode(), removed.output());
        assertEquals(401, get("/api/page/payment", leaver.cookie()).statusCode());
    }

    @Test
    void shouldTakeWhatAPersonTypedOnlyWithTheTokenOfTheSession() throws Exception {
        Inside ada = enter("ada");
        Inside guest = enter("guest");
        String body = "{\"fields\":{\"key\":\"order-1\"}}";
        HttpResponse<String> found = post("/api/page/payment", ada, ada.csrf(), body);
        assertEquals(200, found.statusCode());
        assertTrue(found.body().contains("[[\"order-1\"]]"), found.body());
        assertEquals(403, post("/api/page/payment", ada, "", body).statusCode());
        assertEquals(403, post("/api/page/payment", ada, guest.csrf(), body).statusCode());
        assertEquals(
                403,
                send(request("/api/page/payment", ada.cookie())
                                .header(ConsoleServer.CSRF_HEADER, ada.csrf())
                                .header("Sec-Fetch-Site", "cross-site")
                                .POST(BodyPublishers.ofString(body)))
                        .statusCode());
    }

    @Test
    void shouldRecordRefusedTriesOfActionsAndLogins() throws Exception {
        Inside ada = enter("ada");
        RECORDED.clear();
        assertEquals(403, post("/api/action/policy", ada, ada.csrf(), "{}").statusCode());
        assertEquals("REFUSED ada policy: there is no such action", RECORDED.poll(10, TimeUnit.SECONDS));
        assertEquals(403, post("/api/action/policy", ada, "forged", "{}").statusCode());
        assertEquals("REFUSED ada policy: without the session's token", RECORDED.poll(10, TimeUnit.SECONDS));
        assertEquals(401, login("ada", "wrong-wrong-wrong").statusCode());
        assertEquals("REFUSED ada console login: wrong name or password", RECORDED.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldHideTheCookieFromScriptsAndTheConsoleFromOtherSites() throws Exception {
        HttpResponse<String> in = login("ada", PASSWORD);
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), cookie);
        HttpResponse<String> start = get("/", "");
        assertEquals(200, start.statusCode());
        String policy = start.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals("no-store", start.headers().firstValue("Cache-Control").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/console.js", "/console.css", "/preact-htm.js", "/LICENSES.txt"})
    void shouldServeItsOwnFilesThatNameNoOtherHost(String path) throws Exception {
        HttpResponse<String> served = get(path, "");
        assertEquals(200, served.statusCode());
        if (!path.equals("/LICENSES.txt")) {
            String elsewhere = served.body().replace("http://www.w3.org/", "");
            assertFalse(elsewhere.matches("(?s).*https?://.*"), path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/../../etc/passwd, 404",
        "/%2e%2e/logins.json, 404",
        "/api/, 401",
        "/api/page/none, 401",
        "/io/hapax/tools/console/console.js, 404"
    })
    void shouldServeNothingElse(String path, int status) throws Exception {
        assertEquals(status, get(path, "").statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "null", "{", "{\"name\":null}", "{\"name\":\"ada\"}", "{\"name\":{},\"password\":1}"})
    void shouldRefuseALoginThatIsNone(String body) throws Exception {
        HttpResponse<String> answer = send(request("/api/login", "").POST(BodyPublishers.ofString(body)));
        assertEquals(400, answer.statusCode(), answer.body());
    }

    @Test
    void shouldTakeNoBodyOfAnySize() throws Exception {
        HttpResponse<String> answer =
                send(request("/api/login", "").POST(BodyPublishers.ofString("x".repeat(100_000))));
        assertEquals(400, answer.statusCode(), answer.body());
    }

    @Test
    void shouldKeepNoPasswordAndTheFileToItsOwner() throws IOException {
        Path own = folder.resolve("own.json");
        HapaxRun missing = HapaxRun.of("console-logins").with("add", "bob", "--logins", own.toString());
        assertEquals(2, missing.exitCode(), missing.output());
        assertFalse(Files.exists(own));
        file.write(file.read());
        assertFalse(Files.readString(file.path()).contains(PASSWORD));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
        Files.writeString(own, "[{\"name\":\"bob\",\"role\":\"ACT\"}]");
        HapaxRun broken = HapaxRun.of("console-logins").with("remove", "bob", "--logins", own.toString());
        assertEquals(2, broken.exitCode(), broken.output());
        assertTrue(broken.output().contains("a login is not whole"), broken.output());
    }

    private record Inside(String cookie, String csrf) {}

    private static Inside enter(String name) throws Exception {
        HttpResponse<String> in = login(name, PASSWORD);
        assertEquals(200, in.statusCode(), in.body());
        return new Inside(
                in.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0],
                new ObjectMapper().readTree(in.body()).path("csrf").asText());
    }

    private static HttpResponse<String> login(String name, String password) throws Exception {
        String body = new ObjectMapper().writeValueAsString(Map.of("name", name, "password", password));
        return send(request("/api/login", "").POST(BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> post(String path, Inside who, String csrf, String body) throws Exception {
        return send(request(path, who.cookie())
                .header(ConsoleServer.CSRF_HEADER, csrf)
                .POST(BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> get(String path, String cookie) throws Exception {
        return send(request(path, cookie).GET());
    }

    private static HttpRequest.Builder request(String path, String cookie) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
