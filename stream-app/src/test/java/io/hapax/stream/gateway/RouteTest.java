package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.gateway.Route.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
    @ParameterizedTest
    @CsvSource({
        "/v1/payments,                        PAYMENTS,     ''",
        "/v1/payments/order-1,                PAYMENT,      order-1",
        "/v1/payments/a/b,                    PAYMENT,      a/b",
        "/v1/payments/,                       PAYMENT,      ''",
        "/v1/reservations,                    RESERVATIONS, ''",
        "/v1/reservations/order-1,            RESERVATION,  order-1",
        "/v1/reservations/,                   RESERVATION,  ''",
        "/v1/reservations/capture,            RESERVATION,  capture",
        "/v1/reservations/order-1/capture,    CAPTURE,      order-1",
        "/v1/reservations/order-1/void,       VOID,         order-1",
        "/v1/reservations//void,              VOID,         ''",
        "/v1/reservations/void/void,          VOID,         void",
        "/v1/reservations/a%2Fcapture,        RESERVATION,  a%2Fcapture",
        "/v1/reservations/a%2Fb/capture,      CAPTURE,      a%2Fb",
    })
    void shouldTellWhatAPathStandsFor(String path, Kind kind, String key) {
        assertEquals(new Route(kind, key), Route.of(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/v1",
                "/v1/paymentsx",
                "/v1/reservationsx",
                "/v1/reservations/order-1/",
                "/v1/reservations/order-1/Capture",
                "/v1/reservations/order-1/capture/",
                "/v1/reservations/order-1/capture/void",
                "/v1/reservations/a/b/capture",
                "/v1/payment",
            })
    void shouldFindNothingAtAnyOtherPath(String path) {
        assertEquals(new Route(Kind.OTHER, ""), Route.of(path));
    }

    @Test
    void shouldAllowSendingToListsAndStepsAndReadingOfOneThing() {
        assertEquals(true, Kind.CAPTURE.allows("POST"));
        assertEquals(false, Kind.CAPTURE.allows("GET"));
        assertEquals(true, Kind.RESERVATION.allows("HEAD"));
        assertEquals(true, Kind.RESERVATION.allows("GET"));
        assertEquals(false, Kind.RESERVATION.allows("DELETE"));
        assertEquals(false, Kind.RESERVATION.allows("get"));
    }

    @ParameterizedTest(name = "{0} {1} is {2} of {3}")
    @CsvSource({
        "POST, /v1/payments/order-1/cancel,        CANCEL,  order-1",
        "POST, /v1/payments/cancel/cancel,         CANCEL,  cancel",
        "POST, /v1/payments/a/b/cancel,            CANCEL,  a/b",
        "POST, /v1/payments/order-1/cancel/cancel, CANCEL,  order-1/cancel",
        "POST, /v1/payments/a%2Fcancel,            PAYMENT, a%2Fcancel",
        "POST, /v1/payments/cancel,                PAYMENT, cancel",
        "POST, /v1/payments//cancel,               PAYMENT, /cancel",
        "POST, /v1/payments/order-1/Cancel,        PAYMENT, order-1/Cancel",
        "GET,  /v1/payments/order-1/cancel,        PAYMENT, order-1/cancel",
        "HEAD, /v1/payments/order-1/cancel,        PAYMENT, order-1/cancel",
        "POST, /v1/reservations/order-1/void,      VOID,    order-1",
    })
    void shouldCancelByPostAlone(String method, String path, Kind kind, String key) {
        assertEquals(new Route(kind, key), Route.of(method, path));
        assertEquals(kind == Kind.CANCEL || kind == Kind.VOID, kind.allows("POST"));
    }

    /** What is encoded for a path is found again, whatever it looks like. */
    @ParameterizedTest
    @ValueSource(strings = {"order-1", "a/b", "a/capture", "capture", "..", ".", "a%2Fb", "?x#y", "~{}|\\^`<>\""})
    void shouldLeadBackToTheKeyThatWasEncoded(String key) {
        Route route = Route.of(Route.RESERVATIONS + "/" + KeyInPath.encode(key) + "/void");
        assertEquals(Kind.VOID, route.kind());
        assertEquals(key, KeyInPath.decode(route.key()));
        assertEquals(
                key, KeyInPath.decode(Route.of(LookedUp.RESERVATION.path(key)).key()));
    }
}
