package io.hapax.lab.traffic;

import static io.hapax.lab.traffic.ModelWorld.DAY_MS;
import static io.hapax.lab.traffic.ModelWorld.HOUR_MS;

import io.hapax.insight.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** All clients of one seed. The same seed gives the same commands. */
final class TrafficModel {
    /** Number of clients of which one misuses its keys. */
    private static final int ONE_MISUSE_IN = 3;

    private final ModelWorld world;
    private final Schedule<ModelCommand> schedule = new Schedule<>();
    private final List<ModelClient> clients = new ArrayList<>();
    private final List<Planted> planted = new ArrayList<>();

    TrafficModel(long seed, int clientCount, int days) {
        this.world = new ModelWorld(seed, days);
        Random plan = new Random(seed ^ 0x9E3779B97F4A7C15L);
        for (int number = 0; number < clientCount; number++) {
            Planted misuse = number % ONE_MISUSE_IN == 0 ? plant(number, plan) : null;
            if (misuse != null) {
                planted.add(misuse);
            }
            clients.add(new ModelClient(number, new Random(seed * 1_000_003 + number), world, schedule, misuse));
        }
    }

    /** Null when the days are too few for it. */
    private @Nullable Planted plant(int number, Random plan) {
        Cause[] causes = Cause.values();
        Cause cause = causes[number / ONE_MISUSE_IN % causes.length];
        long from = Misuse.notBefore(cause);
        long to = world.days * DAY_MS - DAY_MS;
        if (from >= to) {
            return null;
        }
        long begin = ModelWorld.BEGIN_MS + plan.nextLong(from, to);
        String id = String.format(Locale.ROOT, "client-%04d", number);
        return new Planted(id, cause, begin, begin + Misuse.lasts(cause, plan));
    }

    ModelWorld world() {
        return world;
    }

    List<Planted> planted() {
        return planted;
    }

    /** Gives every command to the receiver, in the order and at the time in which the broker stamps it. */
    void run(ObjLongConsumer<ModelCommand> receiver) {
        for (long hour = ModelWorld.BEGIN_MS; hour < world.endMs; hour += HOUR_MS) {
            for (ModelClient client : clients) {
                client.hour(hour);
            }
            Schedule.Entry<ModelCommand> next;
            while ((next = schedule.pollUntil(hour + HOUR_MS - 1)) != null) {
                receiver.accept(next.what(), next.atMs());
            }
        }
    }
}
