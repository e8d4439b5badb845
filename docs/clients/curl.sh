#!/usr/bin/env bash
# Payments with curl, through the gateway. Keys here need no percent-encoding:
#   curl.sh pay IDEMPOTENCY_KEY DEBTOR CREDITOR AMOUNT_MINOR CURRENCY
#   curl.sh look-up IDEMPOTENCY_KEY
#   curl.sh reserve IDEMPOTENCY_KEY DEBTOR CREDITOR AMOUNT_MINOR CURRENCY
#   curl.sh capture IDEMPOTENCY_KEY RESERVATION_KEY DEBTOR AMOUNT_MINOR CURRENCY
#   curl.sh void IDEMPOTENCY_KEY RESERVATION_KEY DEBTOR
# GATEWAY is the gateway's address, API_KEY the client's key. To retry, run the same again. Answers and problems:
# docs/http.md.
set -euo pipefail
post() { # PATH IDEMPOTENCY_KEY BODY
    curl -sS "$GATEWAY$1" -w '\n%{http_code}\n' \
        -H "Authorization: Bearer $API_KEY" -H 'Content-Type: application/json' -H "Idempotency-Key: $2" -d "$3"
}
case ${1:-} in
pay)
    post /v1/payments "$2" \
        "{\"debtorAccount\":\"$3\",\"creditorAccount\":\"$4\",\"amountMinor\":$5,\"currency\":\"$6\"}"
    ;;
reserve)
    post /v1/reservations "$2" \
        "{\"debtorAccount\":\"$3\",\"creditorAccount\":\"$4\",\"amountMinor\":$5,\"currency\":\"$6\"}"
    ;;
capture)
    post "/v1/reservations/$3/capture" "$2" "{\"debtorAccount\":\"$4\",\"amountMinor\":$5,\"currency\":\"$6\"}"
    ;;
void)
    post "/v1/reservations/$3/void" "$2" "{\"debtorAccount\":\"$4\"}"
    ;;
look-up)
    curl -sS "$GATEWAY/v1/payments/$2" -w '\n%{http_code}\n' -H "Authorization: Bearer $API_KEY"
    ;;
*)
    sed -n 3,7p "$0" >&2
    exit 2
    ;;
esac
