#!/usr/bin/env bash
# Payments with curl, through the gateway:
#   curl.sh pay IDEMPOTENCY_KEY DEBTOR CREDITOR AMOUNT_MINOR CURRENCY
#   curl.sh look-up IDEMPOTENCY_KEY
# GATEWAY is the gateway's address, API_KEY the client's key. To retry, run the same again. Answers and problems:
# docs/http.md.
set -euo pipefail
case ${1:-} in
pay)
    curl -sS "$GATEWAY/v1/payments" -w '\n%{http_code}\n' \
        -H "Authorization: Bearer $API_KEY" -H 'Content-Type: application/json' -H "Idempotency-Key: $2" \
        -d "{\"debtorAccount\":\"$3\",\"creditorAccount\":\"$4\",\"amountMinor\":$5,\"currency\":\"$6\"}"
    ;;
look-up)
    curl -sS "$GATEWAY/v1/payments/$2" -w '\n%{http_code}\n' -H "Authorization: Bearer $API_KEY"
    ;;
*)
    sed -n 2,3p "$0" >&2
    exit 2
    ;;
esac
