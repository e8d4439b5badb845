#!/bin/sh
# Protects the subjects of the schema registry, where scripts/topics create --registry is not at hand: under this
# level the registry refuses a schema that would turn good commands into dead letters. SCHEMA_REGISTRY_URL comes from
# the environment.
set -eu
for topic in payment-commands payment-decisions ledger-events ledger-outcomes key-usage-alerts retention-policies; do
    curl -sS --fail --retry 60 --retry-delay 1 --retry-all-errors -o /dev/null -X PUT \
        -H 'Content-Type: application/vnd.schemaregistry.v1+json' -d '{"compatibility":"FULL_TRANSITIVE"}' \
        "$SCHEMA_REGISTRY_URL/config/$topic-value"
done
