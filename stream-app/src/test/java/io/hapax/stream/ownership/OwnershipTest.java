package io.hapax.stream.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OwnershipTest {
    private static final String UNKNOWN = "unknown";
    private static final String SETTLED = "settled";
    private static final Duration WITHIN = Duration.ofMillis(50);

    /** The steps of a proof, between which anything may happen. */
    private static final int STEPS = 6;

    /** What may become of an instance that stands still, in its order. */
    private static final List<Consumer<World>> LIFE =
            List.of(World::expire, World::payElsewhere, World::lose, World::joinAgain, World::getTaskBack);

    /** An instance with one member and one task, its group, and a payment that another instance may make. */
    private static final class World {
        private final Set<String> group = new HashSet<>(Set.of("member-1", "other"));
        private String here = "member-1";
        private boolean open = true;
        private boolean paid;
        private boolean known;
        private long closings;
        private boolean paidBeforeTheRead;
        private int reads;
        private final List<String> steps = new ArrayList<>();

        void expire() {
            group.remove(here);
        }

        void payElsewhere() {
            paid = true;
        }

        void lose() {
            open = false;
            closings++;
        }

        void joinAgain() {
            here = "member-2";
            group.add(here);
        }

        void getTaskBack() {
            open = true;
            known = paid;
        }

        /** @param before what happens before each step */
        Optional<String> lookUp(Consumer<Integer> before) {
            int[] step = {0};
            Ownership ownership = new Ownership(
                    () -> {
                        before.accept(step[0]++);
                        steps.add("closings");
                        return closings;
                    },
                    () -> {
                        before.accept(step[0]++);
                        steps.add("here");
                        return Set.of(here);
                    },
                    () -> {
                        before.accept(step[0]++);
                        steps.add("group");
                        return CompletableFuture.completedFuture(Set.copyOf(group));
                    },
                    WITHIN);
            return ownership.proven(
                    () -> {
                        before.accept(step[0]++);
                        steps.add("read");
                        return read();
                    },
                    SETTLED::equals);
        }

        private String read() {
            if (reads++ == 0) {
                paidBeforeTheRead = paid;
            }
            if (!open) {
                throw new IllegalStateException("the task is not here");
            }
            return known ? SETTLED : UNKNOWN;
        }
    }

    @Test
    void shouldReadThenAskThenReadAgain() {
        World world = new World();
        assertEquals(Optional.of(UNKNOWN), world.lookUp(step -> {}));
        assertEquals(List.of("closings", "read", "here", "group", "read", "closings"), world.steps);
    }

    @Test
    void shouldAskNobodyAboutASettledPayment() {
        World world = new World();
        world.known = true;
        world.group.clear();
        assertEquals(Optional.of(SETTLED), world.lookUp(step -> {}));
        assertEquals(List.of("closings", "read"), world.steps);
    }

    /** Each part of what happens to a stopped instance, at each place of a look-up. */
    @Test
    void shouldNeverMissAPaymentThatWasMadeElsewhereBeforeItLooked() {
        int[] proven = {0};
        int[] refused = {0};
        for (int happening = 0; happening <= LIFE.size(); happening++) {
            forEachPlaces(new int[happening], 0, 0, places -> {
                World world = new World();
                Optional<String> told = tell(world, places);
                if (world.paidBeforeTheRead) {
                    assertTrue(!told.equals(Optional.of(UNKNOWN)), () -> Arrays.toString(places) + " " + world.steps);
                }
                told.ifPresentOrElse(each -> proven[0]++, () -> refused[0]++);
            });
        }
        assertTrue(proven[0] > 0 && refused[0] > 0, proven[0] + " proven, " + refused[0] + " refused");
    }

    /** All ways to spread what happens over the steps, in its order. */
    private static void forEachPlaces(int[] places, int index, int from, Consumer<int[]> then) {
        if (index == places.length) {
            then.accept(places);
            return;
        }
        for (int place = from; place < STEPS; place++) {
            places[index] = place;
            forEachPlaces(places, index + 1, place, then);
        }
    }

    private static Optional<String> tell(World world, int[] places) {
        try {
            return world.lookUp(step -> {
                for (int i = 0; i < places.length; i++) {
                    if (places[i] == step) {
                        LIFE.get(i).accept(world);
                    }
                }
            });
        } catch (IllegalStateException notHere) {
            return Optional.empty();
        }
    }

    @Test
    void shouldProveNothingWhileOneOfItsMembersIsGone() {
        assertEquals(Optional.empty(), proof(Set.of("member-1", "member-2"), Set.of("member-1", "other")));
    }

    @Test
    void shouldProveNothingBeforeItIsAMember() {
        assertEquals(Optional.empty(), proof(Set.of(), Set.of("other")));
        assertEquals(Optional.empty(), proof(Set.of(""), Set.of("other")));
    }

    @Test
    void shouldProveNothingWhenTheCoordinatorDoesNotAnswer() {
        Ownership silent = new Ownership(() -> 0, () -> Set.of("member-1"), CompletableFuture::new, WITHIN);
        assertEquals(Optional.empty(), silent.proven(() -> UNKNOWN, SETTLED::equals));
        Ownership failing = new Ownership(
                () -> 0,
                () -> Set.of("member-1"),
                () -> CompletableFuture.failedStage(new IllegalStateException("no coordinator")),
                WITHIN);
        assertEquals(Optional.empty(), failing.proven(() -> UNKNOWN, SETTLED::equals));
    }

    @Test
    void shouldFailWhenTheTaskIsNoLongerReadAfterTheAnswer() {
        World world = new World();
        assertThrows(
                IllegalStateException.class,
                () -> world.lookUp(step -> {
                    if (step == STEPS - 2) {
                        world.open = false;
                    }
                }));
    }

    private static Optional<String> proof(Set<String> here, Set<String> group) {
        return new Ownership(() -> 0, () -> here, () -> CompletableFuture.completedFuture(group), WITHIN)
                .proven(() -> UNKNOWN, SETTLED::equals);
    }
}
