package io.hapax.tools.console;

import io.hapax.tools.console.Sessions.Session;
import io.hapax.tools.trail.Intent;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The logins of the console: who gets in, and who stays in. */
final class Doors {
    /** Passwords that are compared at once. Each takes a processor for a moment. */
    private static final int COMPARED_AT_ONCE = 2;

    private final LoginFile file;
    private final Sessions sessions;
    private final LoginThrottle throttle;
    private final RefusedTries refused;
    private final Semaphore comparing = new Semaphore(COMPARED_AT_ONCE);

    /** What a try to log in led to. */
    sealed interface Entry {
        record In(Session session) implements Entry {}

        /** The name or the password is wrong. Nobody is told which. */
        record Wrong() implements Entry {}

        record Wait() implements Entry {}
    }

    Doors(LoginFile file, InstantSource clock, RefusedTries refused) {
        this.file = file;
        this.sessions = new Sessions(clock);
        this.throttle = new LoginThrottle(clock);
        this.refused = refused;
    }

    Entry enter(String name, char[] password, String address) {
        if (throttle.mustWait(name, address) || !comparing.tryAcquire()) {
            return new Entry.Wait();
        }
        try {
            Optional<Login> login = file.find(name);
            PasswordHash hash = login.map(Login::password).orElse(PasswordHash.OF_NOBODY);
            if (!hash.matches(password) || login.isEmpty()) {
                throttle.failed(name, address);
                String who = Login.isName(name) ? name : "?";
                refused.tell(
                        new Intent(who, Intent.CONSOLE, "console login", "console", "", ""), "wrong name or password");
                return new Entry.Wrong();
            }
            throttle.succeeded(name);
            return new Entry.In(sessions.begin(login.get()));
        } finally {
            comparing.release();
        }
    }

    /** The session of a cookie. One whose login was taken away or changed is over. */
    Optional<Session> session(String token) {
        Optional<Session> found = sessions.find(token);
        if (found.isPresent() && !isStillTrue(found.get())) {
            sessions.end(token);
            return Optional.empty();
        }
        return found;
    }

    void leave(String token) {
        sessions.end(token);
    }

    private boolean isStillTrue(Session session) {
        return file.find(session.login().name()).filter(session.login()::equals).isPresent();
    }
}
