#!/bin/sh
# Protects the subjects of the schema registry, where scripts/topics create --registry is not at hand: under this
# level the registry refuses a schema that would turn good commands into dead letters. SCHEMA_REGISTRY_URL comes from
# the environment.
set -eu
for subject in payment-commands-value payment-decisions-value ledger-events-value ledger-outcomes-value \
    key-usage-alerts-value retention-policies-value operator-audit-value \
    payment-commands-io.hapax.schemas.ReservationCommand payment-commands-io.hapax.schemas.CaptureCommand \
    payment-commands-io.hapax.schemas.VoidCommand payment-decisions-io.hapax.schemas.ReservationDecision \
    ledger-events-io.hapax.schemas.ReservationEvent ledger-events-io.hapax.schemas.LedgerTime \
    ledger-outcomes-io.hapax.schemas.ReservationOutcome \
    payment-commands-io.hapax.schemas.CancelCommand payment-decisions-io.hapax.schemas.CancelDecision \
    ledger-events-io.hapax.schemas.CancelEvent ledger-events-io.hapax.schemas.GuardedEvent \
    ledger-outcomes-io.hapax.schemas.CancelOutcome; do
    curl -sS --fail --retry 60 --retry-delay 1 --retry-all-errors -o /dev/null -X PUT \
        -H 'Content-Type: application/vnd.schemaregistry.v1+json' -d '{"compatibility":"FULL_TRANSITIVE"}' \
        "$SCHEMA_REGISTRY_URL/config/$subject"
done
