package io.hapax.stream.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.stream.schedules.Schedules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedQuestionTest {
    private final List<CompletableFuture<String>> sent = new ArrayList<>();
    private final SharedQuestion<String> question = new SharedQuestion<>(() -> {
        sent.add(new CompletableFuture<>());
        return sent.getLast();
    });

    @Test
    void shouldNotAnswerALookUpByAQuestionThatWasSentBeforeIt() throws Exception {
        CompletableFuture<String> first = question.ask();
        CompletableFuture<String> second = question.ask();
        CompletableFuture<String> third = question.ask();
        assertEquals(1, sent.size());
        sent.get(0).complete("before");
        assertEquals("before", first.get());
        assertFalse(second.isDone());
        assertSame(second, third, "those who wait share one question");
        assertEquals(2, sent.size());
        CompletableFuture<String> fourth = question.ask();
        sent.get(1).complete("after");
        assertEquals("after", second.get());
        assertFalse(fourth.isDone());
    }

    @Test
    void shouldAskAgainAfterAFailure() throws Exception {
        CompletableFuture<String> failing = question.ask();
        CompletableFuture<String> waiting = question.ask();
        sent.get(0).completeExceptionally(new IllegalStateException("no coordinator"));
        assertThrows(ExecutionException.class, failing::get);
        sent.get(1).complete("members");
        assertEquals("members", waiting.get());
    }

    @Test
    void shouldAskAgainWhenAQuestionCouldNotEvenBeSent() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        SharedQuestion<String> closedAtFirst = new SharedQuestion<>(() -> {
            if (asked.getAndIncrement() == 0) {
                throw new IllegalStateException("closed");
            }
            return CompletableFuture.completedFuture("members");
        });
        assertThrows(ExecutionException.class, closedAtFirst.ask()::get);
        assertEquals("members", closedAtFirst.ask().get());
    }

    /** The number of the question is the answer, and it is read before asking: a lower one was sent too early. */
    @Test
    void shouldAnswerEachLookUpByALaterQuestionWhateverTheThreadsDo() {
        Schedules.allHold(() -> {
            AtomicInteger numbers = new AtomicInteger();
            SharedQuestion<Integer> counted =
                    new SharedQuestion<>(() -> CompletableFuture.completedFuture(numbers.incrementAndGet()));
            List<Thread> asking = new ArrayList<>();
            List<Boolean> late = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                asking.add(new Thread(() -> {
                    int before = numbers.get();
                    boolean later = counted.ask().join() > before;
                    synchronized (late) {
                        late.add(later);
                    }
                }));
            }
            asking.forEach(Thread::start);
            for (Thread each : asking) {
                each.join();
            }
            assertEquals(List.of(true, true), late);
            assertTrue(numbers.get() <= 2);
        });
    }
}
