package io.hapax.ledger;

import io.hapax.app.health.AdminSettings;
import io.hapax.app.settings.SettingsReader;
import io.hapax.ledger.book.DatabaseSettings;
import io.hapax.ledger.consume.KafkaSettings;
import io.hapax.ledger.posting.Owners;
import io.hapax.serde.AvroDeserializer;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.AvroSerializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All settings of the ledger consumer, by name:
 *
 * <table>
 *   <caption>Settings</caption>
 *   <tr><td>{@code kafka.*}<td>Kafka's own settings, such as {@code kafka.bootstrap.servers}, which must be given;
 *       for one client alone below {@code kafka.consumer.} and {@code kafka.producer.}
 *   <tr><td>{@code schema.registry.url}<td>Confluent-compatible REST API of the registry; must be given
 *   <tr><td>{@code serializer.class}, {@code deserializer.class}<td>class names of another Avro serde in Confluent's
 *       wire format
 *   <tr><td>{@code serde.*}<td>further settings of the serde, such as {@code serde.basic.auth.user.info}
 *   <tr><td>{@code jdbc.url}, {@code jdbc.user}, {@code jdbc.password}<td>database, and who runs the ledger in it;
 *       must be given
 *   <tr><td>{@code migration.user}, {@code migration.password}<td>who owns the tables; by default who runs the ledger
 *   <tr><td>{@code pool.size}<td>database connections at most, 2
 *   <tr><td>{@code statement.timeout}<td>how long a database statement may take, 30s
 *   <tr><td>{@code consumer.group}<td>consumer group, {@code hapax-ledger}
 *   <tr><td>{@code batch.max.events}<td>events per database transaction at most, 2000
 *   <tr><td>{@code debtors.unowned}<td>whether every client may debit accounts that nobody owns, {@code allow}, or
 *       none, {@code refuse}
 *   <tr><td>{@code admin.address}, {@code admin.port}<td>where health and metrics are told; nowhere unless there is a
 *   port
 *   <tr><td>{@code stop.within}<td>how long it may take to stop, 25s
 * </table>
 */
public record LedgerSettings(
        KafkaSettings kafka, AvroFormat format, DatabaseSettings database, Owners unownedDebtors, AdminSettings admin) {

    /** Reads the settings; throws one exception that lists every mistake. */
    public static LedgerSettings read(Map<String, String> texts) {
        return read(new SettingsReader(texts));
    }

    /** The same; the reader knows afterwards what is in effect. */
    public static LedgerSettings read(SettingsReader reader) {
        LedgerSettings settings = new LedgerSettings(
                kafka(reader), format(reader), database(reader), unownedDebtors(reader), AdminSettings.read(reader));
        reader.finish();
        return settings;
    }

    private static KafkaSettings kafka(SettingsReader reader) {
        reader.text("kafka.bootstrap.servers");
        KafkaSettings kafka = new KafkaSettings(
                reader.below("kafka."),
                reader.text("consumer.group", "hapax-ledger"),
                reader.number("batch.max.events", 2_000, 1, 10_000));
        KafkaSettings.PASSED_ON.refused(kafka.passThrough()).forEach(reader::mistake);
        return kafka;
    }

    private static AvroFormat format(SettingsReader reader) {
        Map<String, Object> config = new HashMap<>(reader.below("serde."));
        config.put(AvroFormat.REGISTRY_URL, reader.text("schema.registry.url"));
        return new AvroFormat(
                reader.text("serializer.class", AvroSerializer.class.getName()),
                reader.text("deserializer.class", AvroDeserializer.class.getName()),
                config);
    }

    private static Owners unownedDebtors(SettingsReader reader) {
        String allow = "allow";
        return reader.oneOf("debtors.unowned", allow, List.of(allow, "refuse")).equals(allow)
                ? Owners.ANYBODY
                : Owners.NOBODY;
    }

    private static DatabaseSettings database(SettingsReader reader) {
        String user = reader.text("jdbc.user");
        String password = reader.text("jdbc.password", "");
        return new DatabaseSettings(
                reader.text("jdbc.url"),
                user,
                password,
                reader.text("migration.user", user),
                reader.text("migration.password", password),
                reader.number("pool.size", 2, 1, 100),
                reader.duration(
                        "statement.timeout", Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofSeconds(30)));
    }
}
