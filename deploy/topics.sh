#!/bin/sh
# Creates the topics with Kafka's own tool, where scripts/topics is not at hand. Existing ones stay as they are.
# BOOTSTRAP_SERVERS, PARTITIONS (for ever: see "Partition count" in ARCHITECTURE.md) and REPLICATION come from the
# environment.
set -eu
create() {
    topic=$1
    shift
    "${KAFKA_HOME:-/opt/kafka}/bin/kafka-topics.sh" --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists \
        --topic "$topic" --partitions "$PARTITIONS" --replication-factor "$REPLICATION" \
        --config min.insync.replicas="$((REPLICATION > 1 ? REPLICATION - 1 : 1))" "$@"
}
all='--config unclean.leader.election.enable=false --config retention.ms=-1 --config retention.bytes=-1'
times='--config message.timestamp.before.max.ms=9223372036854775807 --config message.timestamp.after.max.ms=9223372036854775807'
events="--config cleanup.policy=delete $times $all"
create payment-commands --config cleanup.policy=delete $all --config message.timestamp.type=LogAppendTime
create payment-commands-rerouted $events --config message.timestamp.type=LogAppendTime
create ledger-events $events --config message.timestamp.type=CreateTime
create ledger-outcomes $events --config message.timestamp.type=CreateTime
create payment-decisions $events
create dead-letters $events --config max.message.bytes=9437184
create retention-policies --config cleanup.policy=compact $times $all
# Of insight into the use of keys.
create key-usage-alerts $events
create key-usage-state --config cleanup.policy=compact $times $all
# Of what operators did.
create operator-audit $events
