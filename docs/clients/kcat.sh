#!/usr/bin/env bash
# Payments with kcat: kcat.sh consume [COUNT] | kcat.sh produce IDEMPOTENCY_KEY DEBTOR CREDITOR AMOUNT_MINOR CURRENCY
# consume needs a kcat that was built with Avro: then kcat -V names it. Debian's was not. kcat writes no Avro, so produce
# encodes the command here.
set -euo pipefail
kcat=${KCAT:-kcat}
client=${CLIENT_ID:-acme-shop}

# A number in Avro: zigzag, seven bits a byte, as hexadecimal.
long() {
    local n=$(($1 << 1))
    while ((n > 127)); do
        printf '%02x' $((n & 127 | 128))
        n=$((n >> 7))
    done
    printf '%02x' "$n"
}

# An ASCII text in Avro: its length, then its bytes.
text() {
    long "${#1}"
    printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'
}

case ${1:-} in
consume)
    "$kcat" -V | grep -q Avro || { echo "$kcat was built without Avro (see kcat -V)" >&2; exit 2; }
    "$kcat" -C -q -b "$BOOTSTRAP_SERVERS" -t payment-decisions -o beginning ${2:+-c "$2"} \
        -X isolation.level=read_committed -s value=avro -r "$SCHEMA_REGISTRY_URL" -f '%k %s\n'
    ;;
produce)
    if [ $# != 6 ] || ! [[ $5 =~ ^[1-9][0-9]{0,15}$ ]]; then
        echo "AMOUNT_MINOR must be a whole number of minor units, without leading zeros, and all arguments are needed" >&2
        sed -n 2,3p "$0" >&2
        exit 2
    fi
    id=$(curl -sS --fail "$SCHEMA_REGISTRY_URL/subjects/payment-commands-value/versions/latest" | sed -E 's/.*"id":([0-9]+).*/\1/')
    hex=00$(printf '%08x' "$id")$(text "$client")$(text "$2")$(text "$3")$(text "$4")$(long "$5")$(text "$6")
    hex+=00                                  # no reference
    hex+=02$(long "$(date +%s)000")          # sentAt: of the first attempt, the same in each retry
    hex+=0000                                # neither confirmsDistinctFrom nor uetr
    file=$(mktemp)
    trap 'rm -f "$file"' EXIT
    printf "$(sed 's/../\\x&/g' <<<"$hex")" >"$file"
    "$kcat" -P -b "$BOOTSTRAP_SERVERS" -t payment-commands -k "$client/$2" -X enable.idempotence=true "$file"
    ;;
*)
    sed -n 2,3p "$0" >&2
    exit 2
    ;;
esac
