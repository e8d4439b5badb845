package io.hapax.storm.faults;

import io.hapax.storm.history.Fault;
import io.hapax.storm.history.LineWriter;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.world.StormWorld;
import io.hapax.storm.world.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The faults of one run. Kinds come in a seeded order, each as often as the others but those that come last. One fault
 * in four comes together with a second one. The next one comes when all instances are ready again, or have had their
 * time.
 */
public final class Faults {
    private static final int TOGETHER = 4;
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private static final int LONGEST_REASON = 120;

    private final StormWorld world;
    private final Watch watch;
    private final RunFolder folder;
    private final Random random;
    private final List<FaultKind> kinds;

    /** Kinds that come once, after the others. */
    private final List<FaultKind> last;

    private final Consumer<String> told;
    private final List<Fault> made = new ArrayList<>();
    private final List<FaultKind> upcoming = new ArrayList<>();

    public Faults(
            StormWorld world,
            Watch watch,
            RunFolder folder,
            long seed,
            Collection<FaultKind> kinds,
            Consumer<String> told) {
        this.world = world;
        this.watch = watch;
        this.folder = folder;
        this.random = new Random(seed);
        this.told = told;
        List<FaultKind> possible =
                kinds.stream().filter(kind -> kind.isPossible(world)).toList();
        if (possible.isEmpty()) {
            throw new IllegalStateException("none of the faults is possible here: " + kinds);
        }
        List<FaultKind> left = new ArrayList<>(kinds);
        left.removeAll(possible);
        if (!left.isEmpty()) {
            told.accept("Not possible here, and left out: " + left);
        }
        List<FaultKind> others =
                possible.stream().filter(kind -> !kind.comesLast()).toList();
        this.kinds = others.isEmpty() ? possible : others;
        this.last = others.isEmpty()
                ? List.of()
                : possible.stream().filter(FaultKind::comesLast).toList();
    }

    /** A fault that was done, before anybody has recovered. */
    private record Done(FaultKind kind, String target, long beganMs, long endedMs) {}

    /** Makes faults for so long, and returns them. The last one may end later. */
    public List<Fault> make(Duration forSoLong) throws InterruptedException {
        long endMs = System.currentTimeMillis() + forSoLong.toMillis();
        Duration longest = LONGEST.compareTo(forSoLong.dividedBy(8)) < 0 ? LONGEST : forSoLong.dividedBy(8);
        try (LineWriter<Fault> written = folder.faults()) {
            while (System.currentTimeMillis() < endMs) {
                make(next(), longest, written);
            }
            for (FaultKind each : last) {
                make(each, longest, written);
            }
        }
        return List.copyOf(made);
    }

    /** One fault in four comes together with another one. */
    private void make(FaultKind kind, Duration longest, LineWriter<Fault> written) throws InterruptedException {
        new Chance(random, longest).pass(2, 8);
        List<FaultKind> chosen = new ArrayList<>(List.of(kind));
        if (random.nextInt(TOGETHER) == 0) {
            chosen.add(next());
        }
        for (Fault fault : recovered(happen(chosen, longest))) {
            written.append(fault);
            made.add(fault);
        }
    }

    private List<Done> happen(List<FaultKind> chosen, Duration longest) {
        List<CompletableFuture<Done>> together = new ArrayList<>();
        for (FaultKind kind : chosen) {
            Chance chance = new Chance(new Random(random.nextLong()), longest);
            together.add(CompletableFuture.supplyAsync(() -> happen(kind, chance), Thread::startVirtualThread));
        }
        List<Done> done = together.stream().map(CompletableFuture::join).toList();
        world.heal();
        return done;
    }

    private Done happen(FaultKind kind, Chance chance) {
        long beganMs = System.currentTimeMillis();
        try {
            String target = kind.deed().happen(world, chance);
            return new Done(kind, target, beganMs, System.currentTimeMillis());
        } catch (Exception e) { // One of two faults at once may meet a world in which it can't be done to its end.
            return new Done(kind, Fault.FAILED + shortly(e), beganMs, System.currentTimeMillis());
        }
    }

    /** The first line of what it says: some quote a whole log. */
    private static String shortly(Exception failure) {
        String line = failure.toString().lines().findFirst().orElse("");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + " ...";
    }

    private List<Fault> recovered(List<Done> done) throws InterruptedException {
        long healedMs = done.stream().mapToLong(Done::endedMs).max().orElseThrow();
        Duration within = done.stream()
                .map(each -> each.kind().recoversWithin())
                .max(Duration::compareTo)
                .orElseThrow();
        Map<String, Long> healthyMs = watch.awaitReady(healedMs, within);
        List<Fault> faults = new ArrayList<>();
        for (Done each : done) {
            faults.add(new Fault(
                    made.size() + faults.size() + 1,
                    each.kind().name(),
                    each.target(),
                    each.beganMs(),
                    healedMs,
                    within.toMillis(),
                    healthyMs));
            told.accept("%-24s %-32s lasted %5.1f s, all ready %s"
                    .formatted(
                            each.kind(),
                            each.target(),
                            seconds(each.endedMs() - each.beganMs()),
                            after(healthyMs, healedMs)));
        }
        return faults;
    }

    private String after(Map<String, Long> healthyMs, long healedMs) {
        if (healthyMs.size() < world.instances().size()) {
            return "NEVER: only " + healthyMs.keySet();
        }
        return "after %.1f s".formatted(seconds(Collections.max(healthyMs.values()) - healedMs));
    }

    private static double seconds(long ms) {
        return ms / 1_000.0;
    }

    private FaultKind next() {
        if (upcoming.isEmpty()) {
            upcoming.addAll(kinds);
            Collections.shuffle(upcoming, random);
        }
        return upcoming.removeLast();
    }
}
