package io.hapax.tools.console;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The sessions of those who are logged in. They are in memory alone: a restart ends them all. */
final class Sessions {
    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration LONGEST = Duration.ofHours(12);

    private static final int MOST = 1_000;
    private static final int TOKEN_BYTES = 32;

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byToken = new LinkedHashMap<>();

    /**
     * A session.
     *
     * @param token the cookie's value
     * @param csrf what each request that is more than a look must name in a header
     * @param login as it was at the login
     */
    record Session(String token, String csrf, Login login, Instant begunAt, Instant usedAt) {}

    Sessions(InstantSource clock) {
        this.clock = clock;
    }

    synchronized Session begin(Login login) {
        Instant now = clock.instant();
        byToken.values().removeIf(session -> isOver(session, now));
        if (byToken.size() >= MOST) {
            byToken.remove(byToken.keySet().iterator().next());
        }
        Session session = new Session(token(), token(), login, now, now);
        byToken.put(session.token(), session);
        return session;
    }

    /** The session of the token, if it is not over. */
    synchronized Optional<Session> find(String token) {
        Instant now = clock.instant();
        Session found = byToken.get(token);
        if (found == null || isOver(found, now)) {
            byToken.remove(token);
            return Optional.empty();
        }
        Session used = new Session(found.token(), found.csrf(), found.login(), found.begunAt(), now);
        byToken.put(token, used);
        return Optional.of(used);
    }

    synchronized void end(String token) {
        byToken.remove(token);
    }

    private static boolean isOver(Session session, Instant now) {
        return now.isAfter(session.usedAt().plus(IDLE))
                || now.isAfter(session.begunAt().plus(LONGEST));
    }

    private String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
