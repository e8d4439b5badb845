package io.hapax.tools.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.hapax.tools.cli.Json;
import io.hapax.tools.console.Doors.Entry;
import io.hapax.tools.console.Sessions.Session;
import io.hapax.tools.trail.Intent;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the console answers to a request, apart from HTTP.
 *
 * <p>A page is asked for by {@code GET}, or by {@code POST} with what a person typed: that is in no URL then, and so
 * in no log of a proxy and in no history of a browser. Each {@code POST} names the session's token against forged
 * requests in a header.
 */
final class Routes {
    private static final String API = "/api/";
    private static final String PAGES = "/api/page/";
    private static final String ACTIONS = "/api/action/";

    private final Site site = new Site();
    private final Doors doors;
    private final Map<String, Page> pages;
    private final RefusedTries refused;

    /**
     * A request.
     *
     * @param cookie the session's; empty if there is none
     * @param csrf the header with the token against forged requests; empty if there is none
     * @param isForeign whether the browser says that another site sent it
     */
    @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
    record Ask(
            String method, String path, String cookie, String csrf, boolean isForeign, String address, byte[] body) {}

    private record Typed(@Nullable String name, @Nullable String password) {}

    private record LoggedIn(String name, Role role, String csrf) {
        LoggedIn(Session session) {
            this(session.login().name(), session.login().role(), session.csrf());
        }
    }

    Routes(Doors doors, Map<String, Page> pages, RefusedTries refused) {
        this.doors = doors;
        this.pages = pages;
        this.refused = refused;
    }

    Answer answer(Ask ask) throws Exception {
        if (!ask.path().startsWith(API)) {
            return file(ask);
        }
        if (ask.isForeign()) {
            return Answer.refused(403, "another site sent this request");
        }
        if (ask.path().equals("/api/login")) {
            return ask.method().equals("POST") ? enter(ask) : Answer.refused(405, "log in by POST");
        }
        Optional<Session> session = doors.session(ask.cookie());
        if (session.isEmpty()) {
            return Answer.refused(401, "log in first").withCookie("");
        }
        if (ask.path().equals("/api/session")) {
            return Answer.json(200, new LoggedIn(session.get()));
        }
        if (ask.method().equals("GET") && pages.containsKey(name(ask))) {
            return Answer.json(200, page(ask).look(Map.of()));
        }
        if (!ask.method().equals("POST")) {
            return Answer.refused(405, "ask by POST");
        }
        if (!isTrue(session.get(), ask.csrf())) {
            return refuse(session.get(), ask, "without the session's token");
        }
        return inside(session.get(), ask);
    }

    private Answer inside(Session session, Ask ask) throws Exception {
        if (ask.path().equals("/api/logout")) {
            doors.leave(session.token());
            return Answer.json(200, Map.of()).withCookie("");
        }
        if (ask.path().startsWith(ACTIONS)) {
            return refuse(session, ask, "there is no such action");
        }
        if (!pages.containsKey(name(ask))) {
            return Answer.refused(404, "there is no such page");
        }
        Optional<Map<String, String>> asked = asked(ask.body());
        return asked.isEmpty()
                ? Answer.refused(400, "the body is no JSON object of texts")
                : Answer.json(200, page(ask).look(asked.get()));
    }

    private Page page(Ask ask) {
        return requireNonNull(pages.get(name(ask)));
    }

    /** The name of the page that is asked for; empty if it is none. */
    private static String name(Ask ask) {
        return ask.path().startsWith(PAGES) ? ask.path().substring(PAGES.length()) : "";
    }

    private Answer file(Ask ask) {
        if (!ask.method().equals("GET") && !ask.method().equals("HEAD")) {
            return Answer.refused(405, "only GET");
        }
        return site.at(ask.path())
                .map(file -> new Answer(200, file.type(), file.bytes(), null))
                .orElseGet(() -> Answer.refused(404, "there is no such page"));
    }

    private Answer enter(Ask ask) {
        Typed typed;
        try {
            typed = Json.read(ask.body(), Typed.class);
        } catch (IOException e) {
            return Answer.refused(400, "the body is no login");
        }
        if (typed == null || typed.name() == null || typed.password() == null) {
            return Answer.refused(400, "the body is no login");
        }
        return switch (doors.enter(typed.name(), typed.password().toCharArray(), ask.address())) {
            case Entry.In(Session session) ->
                Answer.json(200, new LoggedIn(session)).withCookie(session.token());
            case Entry.Wrong() -> Answer.refused(401, "name or password is wrong");
            case Entry.Wait() -> Answer.refused(429, "too many tries: wait a while");
        };
    }

    /** Refuses, and records an action that was tried. */
    private Answer refuse(Session session, Ask ask, String why) {
        if (ask.path().startsWith(ACTIONS)) {
            String action = ask.path().substring(ACTIONS.length());
            refused.tell(new Intent(session.login().name(), Intent.CONSOLE, action, "", "", ""), why);
        }
        return Answer.refused(403, why);
    }

    private static boolean isTrue(Session session, String csrf) {
        return MessageDigest.isEqual(session.csrf().getBytes(UTF_8), csrf.getBytes(UTF_8));
    }

    private static Optional<Map<String, String>> asked(byte[] body) {
        try {
            Fields fields = Json.read(body, Fields.class);
            // Jackson leaves what the body lacks null.
            return Optional.ofNullable(fields).map(Fields::fields).filter(asked -> !asked.containsValue(null));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private record Fields(Map<String, String> fields) {}
}
