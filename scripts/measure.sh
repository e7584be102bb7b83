#!/usr/bin/env bash
# What the optimised server costs, on this machine and at this moment, next to the least it could cost in the same run. `make bench`
# builds everything first. Numbers of one run compare with each other; those of two machines do not.
#   SECONDS_EACH=10 CONNECTIONS=16 scripts/measure.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

ayar=${AYAR_BINARY:-$CARGO_TARGET_DIR/release/ayar} examples=${AYAR_EXAMPLES:-$CARGO_TARGET_DIR/release/examples}
folder=$(mktemp -d "${TMPDIR:-/tmp}/ayar-measure.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
# postgres COMMAND...: on a PostgreSQL of its own that flushes nothing; its URL is the last argument.
# shellcheck disable=SC2016 # expanded by the shell that it starts
postgres() { scripts/with-postgres.sh bash -c '"$@" "$AYAR_TEST_POSTGRES"' bash "$@"; }

have "SQLite"
scripts/measure-pages.sh "sqlite://$folder/pages.db?mode=rwc"
have "PostgreSQL"
postgres scripts/measure-pages.sh

export AYAR__SERVER__SITE=${AYAR_SITE:-target/site-release} AYAR__SERVER__HASHES=${ayar%/*}/hash.txt AYAR__LOG__FILTER=warn
step "Saves" "a settings form over HTTP, the whole router in one process"
have "SQLite"
"$examples/saves" "sqlite://$folder/saves.db?mode=rwc"
have "PostgreSQL"
postgres "$examples/saves"

step "Signing in" "the whole router in one process, SQLite, about 40 s"
AYAR__DATABASE__URL="sqlite://$folder/signing-in.db?mode=rwc" AYAR__KEYS__RING_FILE=$folder/signing-in-keys "$examples/signing_in"

step "What the time of an answer tells" "the same, another database, about a minute"
AYAR__DATABASE__URL="sqlite://$folder/timing.db?mode=rwc" AYAR__KEYS__RING_FILE=$folder/timing-keys "$examples/timing"

step "A large file" "1 GB into the object storage, a folder"
"$examples/streaming" "$folder/objects"

step "Export, backup and deletion" "an organisation with 100,000 calls, SQLite, about a minute"
mkdir "$folder/data"
"$examples/data" "$folder/data"

step "Slots and calls" "SQLite, then PostgreSQL; ten million calls beside them, some minutes each"
have "SQLite"
"$examples/slots" "sqlite://$folder/slots.db?mode=rwc"
have "PostgreSQL"
postgres "$examples/slots"

step "Jobs and mails" "two thousand mails on each database, some seconds each"
have "SQLite"
"$examples/jobs" "sqlite://$folder/jobs.db?mode=rwc"
have "PostgreSQL"
postgres "$examples/jobs"
