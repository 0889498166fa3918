# What the tool scripts share: counted checks. Sourced by bash scripts.
#
# The address comes from libpq's own variables (PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD). SLUICE_POOL_MODE is
# "transaction" (default) or "session"; SLUICE_CLIENTS (default 12) is how many clients share the pool.

set -euo pipefail
export PGCONNECT_TIMEOUT=30 PSQLRC=/dev/null PGCLIENTENCODING=UTF8 LC_ALL=C.UTF-8
clients=${SLUICE_CLIENTS:-12}
mode=${SLUICE_POOL_MODE:-transaction}
work=$(mktemp -d)
passed=0

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  printf 'failed after %s checks\n' "$passed" >&2
  exit 1
}

# equal WHAT EXPECTED ACTUAL
equal() {
  [ "$2" = "$3" ] || fail "$1"$'\n--- expected\n'"$2"$'\n--- got\n'"$3"
  passed=$((passed + 1))
}

# same_files WHAT EXPECTED ACTUAL
same_files() {
  diff "$2" "$3" >"$work/diff" || fail "$1: $(head -40 "$work/diff")"
  passed=$((passed + 1))
}

# contains WHAT PART TEXT
contains() {
  case "$3" in
    *"$2"*) passed=$((passed + 1)) ;;
    *) fail "$1"$'\n--- expected to contain\n'"$2"$'\n--- got\n'"$3" ;;
  esac
}

# Unaligned, no headers, stops at the first error.
query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }
