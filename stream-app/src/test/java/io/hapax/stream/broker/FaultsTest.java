package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.Part;
import io.hapax.stream.PaymentStreams;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.UnsoundClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;

/**
 * Tests of faults under the app: the app recovers from those that pass, and ends with a reason on those that do not.
 */
class FaultsTest {
    private static final int COMMANDS = 3_000;

    @Test
    void shouldGoOnWhenALostBrokerIsBack() {
        try (BrokerJourney journey = BrokerJourney.onItsOwnBroker();
                FakeLedger ledger = new FakeLedger(journey)) {
            journey.startApp("a", "classic");
            sendAll(journey, 0);
            BrokerJourney.await(() -> journey.evidence().answeredCommands() > COMMANDS / 10);
            journey.sandbox().kill(Part.KAFKA);
            journey.sandbox().startAgain(Part.KAFKA);
            sendAll(journey, COMMANDS);
            journey.awaitAnswers(2 * COMMANDS).verify(2 * COMMANDS, 2 * COMMANDS);
            assertEquals(2 * COMMANDS, ledger.payments());
        }
    }

    @Test
    void shouldGoOnAfterAStallLongerThanItsTransactionMayStayOpen() {
        try (BrokerJourney journey = new BrokerJourney();
                FakeLedger ledger = new FakeLedger(journey);
                Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            Map<String, String> settings = journey.settings("a", "classic");
            settings.put("kafka.producer.transaction.timeout.ms", "5000");
            AppProcess app = journey.startProcess("a", settings);
            sendAll(journey, 0);
            int sent = COMMANDS;
            BrokerJourney.await(() -> journey.evidence().answeredCommands() > COMMANDS / 10);
            while (OpenTransactions.on(admin).isEmpty()) {
                app.resume();
                sendAll(journey, 0);
                sent += COMMANDS;
                app.pause();
            }
            BrokerJourney.await(() -> OpenTransactions.on(admin).isEmpty());
            app.resume();
            sendAll(journey, COMMANDS);
            sent += COMMANDS;
            journey.awaitAnswers(sent).verify(sent, 2 * COMMANDS);
            assertEquals(2 * COMMANDS, ledger.payments());
            assertTrue(app.isAlive());
        }
    }

    @Test
    void shouldEndWithAReasonWhenTheSameFaultComesAgainAndAgain() throws IOException {
        try (BrokerJourney journey = new BrokerJourney()) {
            Map<String, String> settings = journey.settings("a", "classic");
            settings.put("schema.registry.url", "http://127.0.0.1:1");
            settings.put("serde.max.retries", "0");
            AppProcess app = journey.startProcess("a", settings);
            journey.sendByMurmur2(BrokerJourney.command(1, Instant.now()));
            journey.flush();
            assertEquals(OptionalInt.of(1), app.awaitExit(Duration.ofMinutes(2)));
            String log = Files.readString(app.log());
            assertTrue(log.contains("stopping: 6 stream threads died within 10 minutes"), log);
            assertTrue(log.contains("the schema registry at http://127.0.0.1:1/ did not fetch schema"), log);
        }
    }

    @Test
    void shouldRefuseTopicsThatBreakTheGuarantee() throws ExecutionException, InterruptedException {
        try (BrokerJourney journey = new BrokerJourney();
                Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            set(admin, Topic.PAYMENT_COMMANDS, "message.timestamp.type", "CreateTime");
            set(admin, Topic.LEDGER_EVENTS, "unclean.leader.election.enable", "true");
            set(admin, Topic.LEDGER_EVENTS, "retention.bytes", "1073741824");
            set(admin, Topic.LEDGER_OUTCOMES, "message.timestamp.after.max.ms", "3600000");
            // Decided by an operator, on the topic itself; of the next one by nobody.
            set(admin, Topic.DEAD_LETTERS, "retention.ms", "86400000");
            alter(admin, Topic.PAYMENT_DECISIONS.topicName(), "retention.ms", null);
            TopicLayout layout = new TopicLayout(BrokerJourney.PARTITIONS, (short) 1);
            BrokerJourney.await(
                    () -> layout.problems(admin, List.of(Topic.values())).size() == 5);
            String message = assertThrows(UnsoundClusterException.class, () -> journey.startApp("a", "classic"))
                    .getMessage();
            assertTrue(
                    message.contains("topic payment-commands: message.timestamp.type is CreateTime, must be"
                            + " LogAppendTime; to mend: kafka-configs.sh"),
                    message);
            assertTrue(
                    message.contains(
                            "topic ledger-events: unclean.leader.election.enable is true, must be false; to mend:"),
                    message);
            assertTrue(message.contains("topic ledger-events: retention.bytes is 1073741824, must be -1"), message);
            assertTrue(
                    message.contains("topic ledger-outcomes: message.timestamp.after.max.ms is 3600000, must be "),
                    message);
            assertTrue(
                    message.contains("topic payment-decisions: retention.ms is 604800000 by the cluster's default"),
                    message);
        }
    }

    @Test
    void shouldRefuseARetentionThatTheChangelogDoesNotKeep() throws ExecutionException, InterruptedException {
        try (BrokerJourney journey = new BrokerJourney()) {
            Map<String, String> settings = journey.settings("a", "classic");
            settings.put("retention", "1h");
            PaymentStreams app = journey.startApp(settings);
            BrokerJourney.await(() -> app.streams().state() == State.RUNNING);
            journey.stopApp(app);

            settings.put("retention", "10d");
            String message = assertThrows(UnsoundClusterException.class, () -> journey.startApp(settings))
                    .getMessage();
            assertTrue(
                    message.contains(
                            "hapax-stream-ended-payments-changelog: retention.ms is 93600000, must be 1728000000"),
                    message);
            settings.put("retention", "5m");
            PaymentStreams shorter = journey.startApp(settings);
            BrokerJourney.await(() -> shorter.streams().state() == State.RUNNING);
            journey.stopApp(shorter);
            refuseChangelogsThatForget(journey, settings);
        }
    }

    private static void refuseChangelogsThatForget(BrokerJourney journey, Map<String, String> settings)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", journey.bootstrapServers()))) {
            alter(admin, "hapax-stream-pending-payments-changelog", "cleanup.policy", "compact,delete");
            alter(admin, "hapax-stream-pending-payments-changelog", "message.timestamp.after.max.ms", "3600000");
            alter(admin, "hapax-stream-pending-payments-changelog", "delete.retention.ms", "86399999");
            alter(admin, "hapax-stream-ended-payments-changelog", "retention.bytes", "1000000");
            alter(admin, "hapax-stream-ended-payments-changelog", "message.timestamp.type", "CreateTime");
            alter(admin, "hapax-stream-followed-policies-changelog", "retention.ms", "60000");
        }
        String message = assertThrows(UnsoundClusterException.class, () -> journey.startApp(settings))
                .getMessage();
        for (String problem : List.of(
                "pending-payments-changelog: cleanup.policy is compact,delete, must be compact;",
                "pending-payments-changelog: message.timestamp.after.max.ms is 3600000, must be ",
                "pending-payments-changelog: delete.retention.ms is 86399999, must be 86400000;",
                "ended-payments-changelog: retention.bytes is 1000000, must be -1;",
                "ended-payments-changelog: message.timestamp.type is CreateTime, must be LogAppendTime;",
                "followed-policies-changelog: retention.ms is 60000, must be -1;")) {
            assertTrue(message.contains("topic hapax-stream-" + problem), problem + " is not in " + message);
        }
    }

    private static void sendAll(BrokerJourney journey, int from) {
        Instant sentAt = Instant.now();
        for (int n = from; n < from + COMMANDS; n++) {
            journey.sendByMurmur2(BrokerJourney.command(n, sentAt));
        }
        journey.flush();
    }

    private static void set(Admin admin, Topic topic, String name, String value)
            throws ExecutionException, InterruptedException {
        alter(admin, topic.topicName(), name, value);
    }

    /** @param value null: what the cluster has by default */
    private static void alter(Admin admin, String topic, String name, String value)
            throws ExecutionException, InterruptedException {
        AlterConfigOp.OpType how = value == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET;
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(name, value), how))))
                .all()
                .get();
    }
}
