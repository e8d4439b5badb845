package io.hapax.tools.reconcile;

import io.hapax.tools.log.TopicTail;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows on the screen how far something has come. */
final class Progress implements AutoCloseable {
    private final boolean shows;
    private @Nullable ProgressBar bar;

    /** @param shows false: says nothing */
    Progress(boolean shows) {
        this.shows = shows;
    }

    /** Something new begins, of so many steps. */
    void phase(String name, long steps) {
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
    void expect(List<TopicTail> topics) {
        long records = 0;
        for (TopicTail tail : topics) {
            records += tail.ends().values().stream().mapToLong(Long::longValue).sum()
                    - tail.starts().values().stream().mapToLong(Long::longValue).sum();
        }
        phase("Reading", records);
    }

    void step() {
        step(1);
    }

    void step(long steps) {
        if (bar != null) {
            bar.stepBy(steps);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
