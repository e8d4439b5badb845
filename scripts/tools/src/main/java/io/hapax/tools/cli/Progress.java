package io.hapax.tools.cli;

import io.hapax.topics.TopicTail;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** The progress of a command, shown on the screen. */
public final class Progress implements AutoCloseable {
    private static final int SAMPLES = 4;

    private final boolean shows;
    private @Nullable ProgressBar bar;
    private long steps;
    private long nextSample;
    private long sampleEvery = Long.MAX_VALUE;
    private final List<Long> heapMb = new ArrayList<>();

    /** @param shows false: says nothing */
    public Progress(boolean shows) {
        this.shows = shows;
    }

    /** Begins a new phase with this number of steps. */
    public void phase(String name, long steps) {
        close();
        if (shows) {
            bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(500)
                    .setMaxRenderedLength(100)
                    .showSpeed()
                    .build();
        }
    }

    /** Reading these topics begins. */
    public void expect(List<TopicTail> topics) {
        long records = 0;
        for (TopicTail tail : topics) {
            records += tail.ends().values().stream().mapToLong(Long::longValue).sum()
                    - tail.starts().values().stream().mapToLong(Long::longValue).sum();
        }
        phase("Reading", records);
        sampleEvery = Math.max(1, records / SAMPLES);
        nextSample = sampleEvery;
    }

    /** Megabytes of heap in use after the collection before each quarter of the reading: flat, however much is read. */
    public List<Long> heapMb() {
        return List.copyOf(heapMb);
    }

    public void step() {
        step(1);
    }

    public void step(long more) {
        steps += more;
        if (steps >= nextSample && heapMb.size() < SAMPLES) {
            nextSample += sampleEvery;
            heapMb.add(heapAfterCollection());
        }
        if (bar != null) {
            bar.stepBy(more);
        }
    }

    private static long heapAfterCollection() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage afterCollection = pool.getCollectionUsage();
            if (pool.getType() == MemoryType.HEAP && afterCollection != null) {
                used += afterCollection.getUsed();
            }
        }
        return used / (1024 * 1024);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
