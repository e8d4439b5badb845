package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.schedules.Schedules;
import io.hapax.stream.schedules.Schedules.Scenario;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The limits under every schedule of the requests that meet in them. */
class LimitsSchedulesTest {
    @Test
    void shouldLetNoMoreRequestsPassThanTheBurstWhoeverComesFirst() {
        Schedules.allHold(() -> {
            RateLimits limits = new RateLimits(2, 1, () -> 0);
            AtomicInteger passed = new AtomicInteger();
            Scenario request = () -> {
                if (limits.take("acme") >= 0) {
                    passed.incrementAndGet();
                }
            };
            AtomicInteger ofAnother = new AtomicInteger();
            Schedules.together(request, request, request, () -> {
                if (limits.take("globex") >= 0) {
                    ofAnother.incrementAndGet();
                }
            });
            assertEquals(2, passed.get());
            assertEquals(1, ofAnother.get());
        });
    }

    /** A request may read the clock before another and come to the bucket after it. */
    @Test
    void shouldLetNoMoreRequestsPassThanTheRateWhateverTheirClocksRead() {
        Schedules.allHold(() -> {
            AtomicLong nanos = new AtomicLong();
            RateLimits limits = new RateLimits(1, 1, nanos::get);
            AtomicInteger passed = new AtomicInteger();
            Scenario request = () -> {
                if (limits.take("acme") >= 0) {
                    passed.incrementAndGet();
                }
            };
            Schedules.together(request, request, () -> {
                nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                request.run();
            });
            assertTrue(passed.get() >= 1 && passed.get() <= 2, passed + " passed");
        });
    }

    @Test
    void shouldGiveNoPlaceTwiceAndGetEachBack() {
        Schedules.allHold(() -> {
            RequestsInFlight inFlight = new RequestsInFlight(2, 1);
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger ofAcme = new AtomicInteger();
            Scenario acme = () -> inFlight.ofClient("acme", () -> {
                assertEquals(1, ofAcme.incrementAndGet());
                Reply reply = inFlight.ofAll(() -> {
                    assertTrue(inside.incrementAndGet() <= 2);
                    inside.decrementAndGet();
                    return Reply.problem(Problem.OVERLOADED);
                });
                ofAcme.decrementAndGet();
                return reply;
            });
            Scenario globex = () -> inFlight.ofAll(() -> {
                assertTrue(inside.incrementAndGet() <= 2);
                inside.decrementAndGet();
                throw new InterruptedException("the client has gone");
            });
            Schedules.together(acme, acme, () -> {
                try {
                    globex.run();
                } catch (InterruptedException gone) {
                    // As planned.
                }
            });
            assertEquals(0, inFlight.count());
            assertTrue(inFlight.drain(Duration.ZERO));
        });
    }

    @Test
    void shouldLetNobodyInOnceAllPlacesAreTakenForGood() {
        Schedules.allHold(() -> {
            RequestsInFlight inFlight = new RequestsInFlight(2, 2);
            AtomicInteger inside = new AtomicInteger();
            Scenario request = () -> inFlight.ofAll(() -> {
                inside.incrementAndGet();
                inside.decrementAndGet();
                return Reply.problem(Problem.OVERLOADED);
            });
            Schedules.together(request, request, () -> {
                if (inFlight.drain(Duration.ofSeconds(10))) {
                    assertEquals(0, inside.get());
                    AtomicInteger late = new AtomicInteger();
                    inFlight.ofAll(() -> {
                        late.incrementAndGet();
                        return Reply.problem(Problem.OVERLOADED);
                    });
                    assertEquals(0, late.get());
                }
            });
            assertFalse(inFlight.count() > 2);
        });
    }
}
