package io.hapax.stream.ownership;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ClassicGroupDescription;
import org.apache.kafka.clients.admin.DescribeClassicGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.common.KafkaFuture;

/**
 * The consumer group of the app, as its coordinator tells it. The app needs no right for it that it does not have: who
 * may read in a group may describe it.
 */
final class AskedGroup {
    private final Admin admin;
    private final List<String> groups;
    private final int timeoutMs;

    /** @param timeoutMs after so long a question has failed */
    AskedGroup(Admin admin, String name, int timeoutMs) {
        this.admin = admin;
        this.groups = List.of(name);
        this.timeoutMs = timeoutMs;
    }

    /** The ids of all members, in a group of the protocol {@code classic}. While it rebalances they are told, too. */
    CompletionStage<Set<String>> memberIds() {
        return names(
                admin.describeClassicGroups(groups, new DescribeClassicGroupsOptions().timeoutMs(timeoutMs))
                        .all(),
                ClassicGroupDescription::members,
                MemberDescription::consumerId);
    }

    /** The client ids of all members, in a group of the protocol {@code streams}. */
    CompletionStage<Set<String>> clientIds() {
        return names(
                admin.describeStreamsGroups(groups, new DescribeStreamsGroupsOptions().timeoutMs(timeoutMs))
                        .all(),
                StreamsGroupDescription::members,
                StreamsGroupMemberDescription::clientId);
    }

    private static <G, M> CompletionStage<Set<String>> names(
            KafkaFuture<Map<String, G>> told, Function<G, Collection<M>> members, Function<M, String> name) {
        return told.toCompletionStage()
                .thenApply(groups -> groups.values().stream()
                        .flatMap(group -> members.apply(group).stream())
                        .map(name)
                        .collect(Collectors.toSet()));
    }
}
