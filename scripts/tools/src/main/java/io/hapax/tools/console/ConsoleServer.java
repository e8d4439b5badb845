package io.hapax.tools.console;

import io.hapax.app.http.CallerLimits;
import io.hapax.app.http.HttpListener;
import io.hapax.tools.cli.PlainFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the console. */
final class ConsoleServer implements AutoCloseable {
    static final String CSRF_HEADER = "X-Hapax-Csrf";

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
    private static final int MOST_BODY_BYTES = 16 * 1024;
    private static final Duration BODY_WITHIN = Duration.ofSeconds(5);
    private static final CallerLimits LIMITS = new CallerLimits(100, Duration.ofSeconds(5), Duration.ofSeconds(30));
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private final HttpListener listener;

    private ConsoleServer(HttpListener listener) {
        this.listener = listener;
    }

    /** @param tls null: plain HTTP */
    static ConsoleServer start(String address, int port, SslContextFactory.@Nullable Server tls, Routes routes) {
        try {
            return new ConsoleServer(HttpListener.start(
                    "console",
                    address,
                    port,
                    tls,
                    LIMITS,
                    new Requests(routes, tls != null),
                    ConsoleServer::sendStatus));
        } catch (IOException e) {
            throw new PlainFailure(
                    "the console cannot listen on " + address + ", port " + port + ": " + e.getMessage(), e);
        }
    }

    int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }

    private static boolean sendStatus(Request request, Response response, Callback callback) {
        callback.succeeded();
        return true;
    }

    /** A handler that turns HTTP into what {@link Routes} knows, and back. */
    private static final class Requests extends Handler.Abstract {
        private final Routes routes;
        private final boolean isSecure;
        private final String cookieName;

        Requests(Routes routes, boolean isSecure) {
            this.routes = routes;
            this.isSecure = isSecure;
            // A browser takes a cookie of this prefix only under TLS, for this host alone.
            this.cookieName = isSecure ? "__Host-hapax" : "hapax";
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Answer answer = answer(request);
            String tag = "\"" + tag(answer.body()) + "\"";
            boolean isKnown =
                    answer.status() == 200 && tag.equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH));
            HttpFields.Mutable headers = response.getHeaders();
            headers.put("Content-Security-Policy", POLICY);
            headers.put("X-Content-Type-Options", "nosniff");
            headers.put("Referrer-Policy", "no-referrer");
            headers.put("Cross-Origin-Opener-Policy", "same-origin");
            headers.put("Cross-Origin-Resource-Policy", "same-origin");
            headers.put(HttpHeader.CACHE_CONTROL, "no-store");
            headers.put(HttpHeader.ETAG, tag);
            if (answer.cookie() != null) {
                Response.putCookie(response, cookie(answer.cookie()));
            }
            response.setStatus(isKnown ? 304 : answer.status());
            if (isKnown || request.getMethod().equals("HEAD")) {
                response.write(true, ByteBuffer.allocate(0), callback);
            } else {
                headers.put(HttpHeader.CONTENT_TYPE, answer.type());
                response.write(true, ByteBuffer.wrap(answer.body()), callback);
            }
            return true;
        }

        private HttpCookie cookie(String value) {
            HttpCookie.Builder cookie = HttpCookie.build(cookieName, value)
                    .path("/")
                    .httpOnly(true)
                    .secure(isSecure)
                    .sameSite(HttpCookie.SameSite.STRICT);
            return value.isEmpty() ? cookie.maxAge(0).build() : cookie.build();
        }

        private Answer answer(Request request) {
            try {
                return routes.answer(ask(request));
            } catch (TimeoutException | ExecutionException e) {
                return Answer.refused(400, "the body is larger than " + MOST_BODY_BYTES + " bytes or did not come");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Answer.refused(503, "the console stops");
            } catch (Exception e) {
                LOG.warn("request failed", e);
                return Answer.refused(500, "the console has a fault; its log says which");
            }
        }

        private Routes.Ask ask(Request request) throws InterruptedException, ExecutionException, TimeoutException {
            HttpFields headers = request.getHeaders();
            String site = headers.get("Sec-Fetch-Site");
            byte[] body = Content.Source.asByteArrayAsync(request, MOST_BODY_BYTES)
                    .get(BODY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return new Routes.Ask(
                    request.getMethod(),
                    String.valueOf(request.getHttpURI().getPath()),
                    Request.getCookies(request).stream()
                            .filter(cookie -> cookie.getName().equals(cookieName))
                            .map(HttpCookie::getValue)
                            .findFirst()
                            .orElse(""),
                    text(headers.get(CSRF_HEADER)),
                    site != null && !site.equals("same-origin") && !site.equals("none"),
                    Request.getRemoteAddr(request),
                    body);
        }

        private static String text(@Nullable String header) {
            return header == null ? "" : header;
        }

        private static String tag(byte[] body) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
                return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
