package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.gateway.journey.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fields by which a client sees its limits coming: their exact values below, at and above each limit. */
class LimitFieldsTest {
    private final ApiFixture fixture = new ApiFixture();
    private final List<ClientReply> within = new ArrayList<>();

    @Test
    void shouldTellTheBurstTheTimeInWhichItComesBackAndThePlaces() {
        Reply told = new LimitFields(1000, 500, 512).tell(Reply.problem(Problem.IN_FLIGHT), 7, 3);
        assertEquals(
                "\"rate\";q=1000;w=2, \"in-flight\";q=512;qu=\"concurrent-requests\"",
                told.headers().get("RateLimit-Policy"));
        assertEquals("\"rate\";r=7;t=1, \"in-flight\";r=3", told.headers().get("RateLimit"));
        // The draft knows no fraction of a second, and no time of zero.
        assertEquals("\"rate\";q=3;w=2, \"in-flight\";q=2;qu=\"concurrent-requests\"", policy(3, 2));
        assertEquals("\"rate\";q=1;w=1, \"in-flight\";q=2;qu=\"concurrent-requests\"", policy(1, 500));
    }

    @Test
    void shouldCountDownToTheLimitAndUpAgainWithTheTime() throws Exception {
        PaymentsApi api = fixture.api(3, (key, command, atMost) -> new Submission.Undecided(), (call, kind, key) -> {
            throw new IllegalStateException("nothing is looked up");
        });
        assertEquals("202 \"rate\";r=2;t=1, \"in-flight\";r=2", pay(api));
        assertEquals("202 \"rate\";r=1;t=1, \"in-flight\";r=2", pay(api));
        assertEquals("202 \"rate\";r=0;t=1, \"in-flight\";r=2", pay(api));
        assertEquals("429 \"rate\";r=0;t=1, \"in-flight\";r=2", pay(api));
        pass(Duration.ofMillis(499));
        assertEquals("429 \"rate\";r=0;t=1, \"in-flight\";r=2", pay(api));
        pass(Duration.ofMillis(1));
        assertEquals("202 \"rate\";r=0;t=1, \"in-flight\";r=2", pay(api));
        assertEquals("429 \"rate\";r=0;t=1, \"in-flight\";r=2", pay(api));
        // What the policy promises: in its two seconds the burst has come back.
        pass(Duration.ofSeconds(2));
        assertEquals("202 \"rate\";r=2;t=1, \"in-flight\";r=2", pay(api));
    }

    /** Each request sends the next while it waits, until there is no place. */
    @Test
    void shouldCountThePlacesThatAreLeftBesideThoseOfOthers() throws Exception {
        PaymentsApi[] api = new PaymentsApi[1];
        api[0] = fixture.api(
                100,
                (key, command, atMost) -> {
                    within.add(api[0].post(fixture.call(ApiFixture.PAYMENT), CommandBody::payment));
                    return new Submission.Undecided();
                },
                (call, kind, key) -> Reply.problem(Problem.PAYMENT_NOT_FOUND));
        ClientReply outer = api[0].post(fixture.call(ApiFixture.PAYMENT), CommandBody::payment);
        within.add(outer);
        assertEquals(
                List.of(
                        "429 too-many-in-flight \"rate\";r=97;t=1, \"in-flight\";r=0",
                        "202 pending \"rate\";r=98;t=1, \"in-flight\";r=1",
                        "202 pending \"rate\";r=99;t=1, \"in-flight\";r=2"),
                within.stream()
                        .map(answered -> answered.reply().status() + " "
                                + answered.reply().kind() + " "
                                + answered.reply().headers().get("RateLimit"))
                        .toList());
        assertEquals(
                within.getLast().reply().headers().get("RateLimit-Policy"),
                within.getFirst().reply().headers().get("RateLimit-Policy"));
    }

    @Test
    void shouldTellAStrangerNothing() throws Exception {
        PaymentsApi api = new ApiFixture()
                .api(
                        3,
                        (key, command, atMost) -> new Submission.Undecided(),
                        (call, kind, key) -> Reply.problem(Problem.PAYMENT_NOT_FOUND));
        Reply stranger =
                api.post(fixture.call(ApiFixture.PAYMENT), CommandBody::payment).reply();
        assertEquals(401, stranger.status());
        assertEquals(List.of("WWW-Authenticate"), List.copyOf(stranger.headers().keySet()));
    }

    private static String policy(int burst, int perSecond) {
        return new LimitFields(burst, perSecond, 2)
                .tell(Reply.problem(Problem.IN_FLIGHT), 0, 0)
                .headers()
                .get("RateLimit-Policy");
    }

    private String pay(PaymentsApi api) throws InterruptedException {
        Reply reply =
                api.post(fixture.call(ApiFixture.PAYMENT), CommandBody::payment).reply();
        return reply.status() + " " + reply.headers().get("RateLimit");
    }

    private void pass(Duration time) {
        fixture.nanos.addAndGet(time.toNanos());
    }
}
