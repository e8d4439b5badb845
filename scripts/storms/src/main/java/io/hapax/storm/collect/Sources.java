package io.hapax.storm.collect;

import java.util.Map;

/**
 * The places that are asked at the end of a run.
 *
 * @param kafka settings of clients that reach the brokers
 * @param registryUrl base of the registry's Confluent-compatible REST API
 * @param user of the database, who may read all tables
 * @param adminUrls where each instance of an app tells how it is, by its name
 * @param gatewayUrls where each instance takes payments, by its name
 * @param apiKeys secrets that may read, by client
 */
public record Sources(
        Map<String, Object> kafka,
        String registryUrl,
        String jdbcUrl,
        String user,
        String password,
        Map<String, String> adminUrls,
        Map<String, String> gatewayUrls,
        Map<String, String> apiKeys) {
    public Sources {
        kafka = Map.copyOf(kafka);
        adminUrls = Map.copyOf(adminUrls);
        gatewayUrls = Map.copyOf(gatewayUrls);
        apiKeys = Map.copyOf(apiKeys);
    }
}
