package io.hapax.insight;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One client with its usage, its detectors and its open incidents. */
final class WatchedClient {
    /** First byte of what is written; another is not read, and the client starts anew. */
    private static final byte VERSION = 2;

    /** The kinds of misuse that make commands late while no honest client waits for the answer. */
    private static final Set<MisuseKind> OLD_KEYS =
            EnumSet.of(MisuseKind.RETRY_LOOP, MisuseKind.REPLAY_ATTACK, MisuseKind.SENT_AFTER_EXPIRY);

    private final String clientId;
    private final ClientUsage usage = new ClientUsage();
    private final List<Detector> detectors;
    private final Map<MisuseKind, Incident> open = new EnumMap<>(MisuseKind.class);
    private boolean misusedOldKeys;

    WatchedClient(String clientId, RecentPayments recent, Forest forest) {
        this.clientId = clientId;
        this.detectors = List.of(
                new RetryLoopDetector(),
                new OldKeysDetector(),
                new ReusedKeysDetector(),
                new DriftDetector(recent),
                new KeyShapeDetector(),
                new UnusualDetector(forest));
    }

    /** Takes a fact in, and tells what is opened by it. */
    List<Alert> observe(UsageFact fact) {
        usage.observe(fact);
        List<Alert> alerts = new ArrayList<>(0);
        for (Detector detector : detectors) {
            detector.observe(fact).ifPresent(finding -> found(finding, fact.atMs(), alerts));
        }
        return alerts;
    }

    private void found(Finding finding, long atMs, List<Alert> alerts) {
        MisuseKind kind = finding.cause().kind();
        misusedOldKeys |= OLD_KEYS.contains(kind);
        Incident incident = open.get(kind);
        if (incident == null) {
            open.put(kind, new Incident(finding.cause(), atMs, atMs));
            alerts.add(Alert.opened(clientId, finding, atMs));
        } else {
            open.put(kind, incident.seenAt(atMs));
        }
    }

    /** Closes what is over. */
    List<Alert> close(long nowMs) {
        List<Alert> alerts = new ArrayList<>(0);
        open.values().removeIf(incident -> {
            if (incident.isOver(nowMs)) {
                alerts.add(Alert.closed(clientId, incident, nowMs));
                return true;
            }
            return false;
        });
        return alerts;
    }

    boolean hasOpenIncidents() {
        return !open.isEmpty();
    }

    boolean hasOpen(MisuseKind kind) {
        return open.containsKey(kind);
    }

    /** Ever, as far as is known. */
    boolean misusedOldKeys() {
        return misusedOldKeys;
    }

    ClientUsage usage() {
        return usage;
    }

    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            usage.write(out);
            out.writeBoolean(misusedOldKeys);
            for (Detector detector : detectors) {
                detector.write(out);
            }
            out.writeByte(open.size());
            for (Incident incident : open.values()) {
                out.writeUTF(incident.cause().name());
                out.writeLong(incident.openedAtMs());
                out.writeLong(incident.lastSeenMs());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Takes over what was written.
     *
     * @return false if the bytes are not what was written; then this one is of no use
     */
    boolean read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                return true;
            }
            usage.read(in);
            misusedOldKeys = in.readBoolean();
            for (Detector detector : detectors) {
                detector.read(in);
            }
            int size = in.readByte();
            for (int i = 0; i < size; i++) {
                Cause cause = Cause.valueOf(in.readUTF());
                open.put(cause.kind(), new Incident(cause, in.readLong(), in.readLong()));
            }
            return in.read() < 0;
        } catch (IOException | IllegalArgumentException e) {
            // They end early, or name a cause that there is not.
            return false;
        }
    }
}
