package io.hapax.tools.log;

import io.hapax.topics.DeadLetter;
import io.hapax.topics.LogPosition;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records, by place, that cannot be read and have no dead letter. Their requests are unknown, so nothing about them
 * can be proved. A record with a dead letter is no such case: the app has skipped it, and a proof skips it too.
 */
public record Unburied(Map<String, String> reasons) {

    /** The name of a record by its place, such as {@code ledger-events 1@7}. */
    public static String place(String topic, int partition, long offset) {
        return topic + " " + partition + "@" + offset;
    }

    /** The place of the record that the dead letter is about, if its headers say. */
    public static Optional<String> placeOf(DeadLetter letter) {
        LogPosition position = letter.position();
        String topic = letter.header(RecordHeaders.TOPIC);
        return position == null || topic.isEmpty()
                ? Optional.empty()
                : Optional.of(place(topic, position.partition(), position.offset()));
    }

    /** @param unreadable places with the reason, in the order in which they are told */
    public static Unburied among(Map<String, String> unreadable, Map<String, Object> kafka) {
        Map<String, String> left = new LinkedHashMap<>(unreadable);
        if (!left.isEmpty()) {
            TopicTail.readWhole(
                    kafka,
                    Topic.DEAD_LETTERS,
                    letter -> placeOf(DeadLetter.read(letter)).ifPresent(left::remove));
        }
        return new Unburied(left);
    }

    /** Lines about the facts that cannot be known because of these records: their number, and the first ones. */
    public List<String> unproved(int limit) {
        List<String> lines = new ArrayList<>();
        reasons.entrySet().stream()
                .limit(limit)
                .forEach(each -> lines.add(
                        each.getKey() + " can't be read, " + each.getValue() + ", and there is no dead letter"));
        int more = reasons.size() - lines.size();
        if (more > 0) {
            lines.add(more + " more records can't be read and have no dead letter");
        }
        return lines;
    }
}
