package io.hapax.sandbox;

import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A builder of a sandbox: the parts to run and their settings. {@link #start()} starts them. */
public final class SandboxBuilder {
    private final Path folder;
    private final Set<Part> parts = EnumSet.noneOf(Part.class);
    private final Map<String, String> brokerOptions = new LinkedHashMap<>();
    private final Map<String, Short> features = new LinkedHashMap<>();
    private OptionalInt brokers = OptionalInt.empty();
    private Optional<String> securedProtocol = Optional.empty();
    private String brokerHeap = "768m";
    private String registryHeap = "512m";
    private boolean forLongRuns;
    private boolean detached;

    SandboxBuilder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Starts these parts; without a call all of them. */
    public SandboxBuilder with(Part... chosen) {
        parts.addAll(List.of(chosen));
        return this;
    }

    /** Starts these parts; all of them if there is none. */
    public SandboxBuilder with(Collection<Part> chosen) {
        parts.addAll(chosen);
        return this;
    }

    /** Adds settings of the broker, named as in its {@code server.properties}; those that a sandbox rests on stay. */
    public SandboxBuilder brokerOptions(Map<String, String> options) {
        brokerOptions.putAll(options);
        return this;
    }

    /**
     * Starts this number of brokers, 1 unless told. Three have each partition on all of them, and take a record when
     * two have it. A folder that has run before keeps its number.
     */
    public SandboxBuilder brokers(int number) {
        brokers = OptionalInt.of(number);
        return this;
    }

    /** Formats a new cluster with this level of a feature, such as {@code transaction.version}, and not the highest. */
    public SandboxBuilder feature(String name, int level) {
        features.put(name, (short) level);
        return this;
    }

    /**
     * Gives the broker a second listener, named SECURED, on which clients speak that protocol, such as
     * {@code SASL_SSL}. What else it needs are {@link #brokerOptions}, below {@code listener.name.secured.}.
     */
    public SandboxBuilder securedListener(String protocol) {
        securedProtocol = Optional.of(protocol);
        return this;
    }

    /** The most heap each broker gets, as after {@code -Xmx}; 768m unless told. */
    public SandboxBuilder brokerHeap(String heap) {
        brokerHeap = heap;
        return this;
    }

    /**
     * Lets the brokers' JVMs compile well, for whoever measures or works with them for long. Without it they start
     * sooner.
     */
    public SandboxBuilder forLongRuns() {
        forLongRuns = true;
        return this;
    }

    /** The most heap the registry gets, as after {@code -Xmx}; 512m unless told. */
    public SandboxBuilder registryHeap(String heap) {
        registryHeap = heap;
        return this;
    }

    /** Lets the parts live on when this JVM ends without {@link Sandbox#close()}; else they end with it. */
    public SandboxBuilder detached() {
        detached = true;
        return this;
    }

    /**
     * Starts the parts at the same time and returns when all of them answer.
     *
     * @throws SandboxException if one does not; then none is left running
     */
    public Sandbox start() {
        return Sandbox.open(this);
    }

    Path folder() {
        return folder;
    }

    Set<Part> parts() {
        return parts.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(parts);
    }

    /** The choices for the brokers of a folder with this memory. */
    Broker.Setup setup(Remembered remembered) {
        int known = Integer.parseInt(remembered.fact("kafka.brokers", () -> String.valueOf(brokers.orElse(1))));
        if (brokers.orElse(known) != known) {
            throw new SandboxException(folder + " is a sandbox of " + known + " brokers, not " + brokers.getAsInt());
        }
        return new Broker.Setup(
                known, brokerHeap, forLongRuns, Map.copyOf(brokerOptions), securedProtocol, Map.copyOf(features));
    }

    String registryHeap() {
        return registryHeap;
    }

    boolean isDetached() {
        return detached;
    }
}
