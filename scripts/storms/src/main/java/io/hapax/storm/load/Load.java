package io.hapax.storm.load;

import io.hapax.storm.history.ClientEvent.Kind;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.world.StormWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The load of a storm: so many operations a second, whether the service answers or not. */
public final class Load {
    /** Operations without an answer at most. While more are open, clients wait, as they would have to. */
    private static final int MOST_OPEN = 600;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

    private final Memory memory;
    private final HttpClients http;
    private final TopicClients topic;
    private final Script script;
    private final Random random;
    private final int rate;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore open = new Semaphore(MOST_OPEN);
    private final Thread pace;
    private volatile boolean stopping;
    private long heldBack;

    private Load(StormWorld world, RunFolder folder, long seed, int rate) {
        this.memory = new Memory(folder);
        this.http = new HttpClients(world, memory);
        this.topic = new TopicClients(world, memory);
        List<String> names = new ArrayList<>(world.apiKeys().keySet());
        names.sort(null);
        this.script = new Script(seed, names);
        this.random = new Random(seed);
        this.rate = rate;
        this.pace = Thread.ofPlatform().name("load").unstarted(this::run);
    }

    /** @param rate operations a second */
    public static Load start(StormWorld world, RunFolder folder, long seed, int rate) {
        Load load = new Load(world, folder, seed, rate);
        load.pace.start();
        return load;
    }

    private void run() {
        long began = System.nanoTime();
        for (long operation = 0; !stopping; operation++) {
            long due = began + operation * SECOND_NANOS / rate;
            LockSupport.parkNanos(due - System.nanoTime());
            Step step = script.next(System.currentTimeMillis());
            boolean byHttp = step.kind() == Kind.LOOK_UP || random.nextBoolean();
            Random chance = new Random(random.nextLong());
            if (open.tryAcquire()) {
                clients.execute(() -> perform(step, byHttp, chance));
            } else {
                heldBack++;
            }
        }
    }

    private void perform(Step step, boolean byHttp, Random chance) {
        try {
            if (byHttp) {
                http.ask(step, chance);
            } else {
                topic.send(step, chance);
            }
        } finally {
            open.release();
        }
    }

    /** Ends the load and waits for what is open. Returns the numbers of operations by way, kind and answer. */
    public Map<String, Long> stop() throws InterruptedException {
        stopping = true;
        pace.join();
        clients.shutdown();
        if (!clients.awaitTermination(ANSWERED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            clients.shutdownNow();
        }
        topic.close();
        http.close();
        clients.close();
        memory.close();
        Map<String, Long> counts = new TreeMap<>();
        memory.counts().forEach((what, count) -> counts.put(what, count.get()));
        counts.put("held back", heldBack);
        return counts;
    }
}
