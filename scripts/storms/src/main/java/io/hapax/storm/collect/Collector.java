package io.hapax.storm.collect;

import io.hapax.storm.history.RunEnd;
import io.hapax.storm.history.RunEnd.Replicas;
import io.hapax.storm.history.RunEnd.ToolVerdict;
import io.hapax.storm.history.RunFolder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The collector of a run's end. It writes into the run's folder what no process remembers once it is stopped. */
public final class Collector {
    /** The topics of the journey, as docs/asyncapi.yaml has them. */
    static final List<String> TOPICS = List.of(
            "payment-commands",
            "payment-commands-rerouted",
            "payment-decisions",
            "ledger-events",
            "ledger-outcomes",
            "dead-letters",
            "retention-policies");

    private final Sources sources;

    public Collector(Sources sources) {
        this.sources = sources;
    }

    /**
     * Writes topics, tables, look-ups and the end. The clients' memory must be there: its keys are looked up.
     *
     * @param folder of the run
     * @param healedMs when the last fault was healed
     * @param tools what the operators' tools said
     */
    public void collect(RunFolder folder, long healedMs, List<ToolVerdict> tools) throws InterruptedException {
        try (Instances instances = new Instances(sources)) {
            instances.lookUp(folder);
            Map<String, Long> pending = instances.pending();
            Map<String, Boolean> ready = instances.ready();
            Map<String, Long> lags = new HashMap<>();
            Map<String, Long> uncommitted = new HashMap<>();
            List<Replicas> replicas;
            try (Brokers brokers = new Brokers(sources.kafka())) {
                TopicReader reader = new TopicReader(sources.kafka(), new AvroJson(sources.registryUrl()));
                for (String topic : TOPICS) {
                    lags.putAll(brokers.openTransactions(topic));
                    lags.putAll(reader.read(topic, folder, brokers.committed(topic)));
                    uncommitted.put(topic, reader.countAll(topic));
                }
                replicas = brokers.replicas(TOPICS);
            }
            Tables.copy(sources, folder);
            folder.writeEnd(new RunEnd(
                    healedMs, System.currentTimeMillis(), lags, ready, pending, uncommitted, replicas, tools));
        }
    }
}
