#!/usr/bin/env bash
# What the optimised server costs, on this machine and at this moment: start-up, memory, requests per second of pages
# and, in the same run, of a bare axum handler that sends the same bytes (server/examples/floor.rs). `make bench`
# builds both first. Numbers of one run compare with each other; those of two machines do not.
#   SECONDS_EACH=10 CONNECTIONS=16 scripts/measure.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

command -v wrk >/dev/null || die "wrk is missing." "Debian: apt-get install wrk"
seconds=${SECONDS_EACH:-10} connections=${CONNECTIONS:-16}
ayar=${AYAR_BINARY:-$CARGO_TARGET_DIR/release/ayar} floor=${FLOOR_BINARY:-$CARGO_TARGET_DIR/release/examples/floor}
[[ -x $ayar && -x $floor ]] || die "Build first: make bench"
port=3917 floor_port=3918
origin=http://127.0.0.1:$port

folder=$(mktemp -d "${TMPDIR:-/tmp}/ayar-measure.XXXXXX")
server='' bare='' started=''
stop() {
    for process in $server $bare; do kill "$process" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

export AYAR__SERVER__ADDRESS=127.0.0.1:$port AYAR__SERVER__ORIGIN=$origin \
    AYAR__SERVER__SITE=${AYAR_SITE:-target/site-release} AYAR__SERVER__STOP_WITHIN=2 \
    AYAR__DATABASE__URL="sqlite://$folder/ayar.db?mode=rwc" AYAR__STORAGE__FOLDER=$folder/files \
    AYAR__MAIL__FOLDER=$folder/mail AYAR__KEYS__RING_FILE=$folder/keys AYAR__LOG__FILTER=warn

# start: starts it; `started` is then the time from nothing to the first answer of /readyz.
start() {
    local begun
    ! curl -s -o /dev/null "$origin/livez" || die "Something is listening on port $port already."
    begun=$(date +%s%N)
    "$ayar" serve >>"$folder/log" 2>&1 &
    server=$!
    until curl -sf -o /dev/null "$origin/readyz"; do
        kill -0 "$server" 2>/dev/null || die "ayar did not start." "$(cat "$folder/log")"
        sleep 0.005
    done
    started="$((($(date +%s%N) - begun) / 1000000)) ms"
}
memory() { awk '/^VmRSS/ { printf "%.1f MB\n", $2 / 1024 }' "/proc/$1/status"; }
# spent PROCESS: hundredths of a second of processor time so far.
spent() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
# load PROCESS OPTIONS URL: requests per second, 99th percentile and processor time per request of one address. The last
# hardly depends on what else the machine is doing.
load() {
    local before process=$1
    shift
    before=$(spent "$process")
    wrk -t 1 -c "$connections" -d "${seconds}s" --latency "$@" >"$folder/wrk"
    ! grep -q 'Non-2xx' "$folder/wrk" || die "$*: $(grep 'Non-2xx' "$folder/wrk")"
    awk -v spent="$(($(spent "$process") - before))" '/^Requests\/sec/ { rate = $2 } $1 == "99%" { p99 = $2 }
        / requests in / { count = $1 } END { printf "%s %s %.3f\n", rate, p99, spent * 10 / count }' "$folder/wrk"
}

step "Start-up"
start
have "empty database, migrations included: $started"
kill "$server" && wait "$server" 2>/dev/null || true
"$ayar" demo >"$folder/demo"
start
have "again, with data: $started"

step "Memory"
sleep 1
have "at rest: $(memory "$server")"

email=$(awk '$1 == "e-mail" { print $2 }' "$folder/demo") password=$(awk '$1 == "password" { print $2 }' "$folder/demo")
curl -sf -o /dev/null -c "$folder/cookies" -H "Origin: $origin" --data-urlencode "form[email]=$email" \
    --data-urlencode "form[password]=$password" "$origin/login?do=entrance/sign-in"
cookie="Cookie: ayar-session=$(awk '$6 == "ayar-session" { print $7 }' "$folder/cookies")"

step "Requests" "$(nproc) cores shared with wrk, $connections connections, $seconds s each"
row() { printf '    %-19s %8s %12s %10s %9s %12s %8s %7s\n' "$@"; }
row page bytes 'requests/s' p99 'CPU ms' 'bare axum/s' 'CPU ms' ratio
for page in /settings/general /settings/hours /login; do
    curl -sf -o "$folder/page" -H "$cookie" "$origin$page"
    "$floor" "127.0.0.1:$floor_port" "$folder/page" &
    bare=$!
    until curl -sf -o /dev/null "http://127.0.0.1:$floor_port/"; do sleep 0.05; done
    # Warm, then measured.
    wrk -t 1 -c "$connections" -d 2s -H "$cookie" "$origin$page" >/dev/null
    read -r rate p99 cost < <(load "$server" -H "$cookie" "$origin$page")
    read -r bare_rate _ bare_cost < <(load "$bare" -H "$cookie" "http://127.0.0.1:$floor_port$page")
    kill "$bare" && wait "$bare" 2>/dev/null || true
    bare=''
    row "$page" "$(stat -c %s "$folder/page")" "$rate" "$p99" "$cost" "$bare_rate" "$bare_cost" \
        "$(awk -v a="$rate" -v b="$bare_rate" 'BEGIN { printf "%.3f", a / b }')"
done
have "memory after it: $(memory "$server")"

step "Signing in" "the whole router in one process, SQLite, about 40 s"
signing_in=${SIGNING_IN_BINARY:-$CARGO_TARGET_DIR/release/examples/signing_in}
AYAR__SERVER__HASHES=${ayar%/*}/hash.txt AYAR__DATABASE__URL="sqlite://$folder/signing-in.db?mode=rwc" \
    AYAR__KEYS__RING_FILE=$folder/signing-in-keys "$signing_in"

step "What the time of an answer tells" "the same, another database, about a minute"
timing=${TIMING_BINARY:-$CARGO_TARGET_DIR/release/examples/timing}
AYAR__SERVER__HASHES=${ayar%/*}/hash.txt AYAR__DATABASE__URL="sqlite://$folder/timing.db?mode=rwc" \
    AYAR__KEYS__RING_FILE=$folder/timing-keys "$timing"

step "A large file" "1 GB into the object storage, a folder"
"${STREAMING_BINARY:-$CARGO_TARGET_DIR/release/examples/streaming}" "$folder/objects"

step "Export, backup and deletion" "an organisation with 100,000 calls, SQLite, about a minute"
mkdir "$folder/data"
"${DATA_BINARY:-$CARGO_TARGET_DIR/release/examples/data}" "$folder/data"

step "Slots and calls" "SQLite, then a PostgreSQL of its own that flushes nothing; ten million calls beside them, some minutes each"
slots=${SLOTS_BINARY:-$CARGO_TARGET_DIR/release/examples/slots}
export AYAR__SERVER__HASHES=${ayar%/*}/hash.txt
have "SQLite"
"$slots" "sqlite://$folder/slots.db?mode=rwc"
have "PostgreSQL"
# shellcheck disable=SC2016 # expanded by the shell that it starts
scripts/with-postgres.sh bash -c '"$0" "$AYAR_TEST_POSTGRES"' "$slots"

step "Jobs and mails" "two thousand mails on each database, some seconds each"
jobs=${JOBS_BINARY:-$CARGO_TARGET_DIR/release/examples/jobs}
have "SQLite"
"$jobs" "sqlite://$folder/jobs.db?mode=rwc"
have "PostgreSQL"
# shellcheck disable=SC2016 # expanded by the shell that it starts
scripts/with-postgres.sh bash -c '"$0" "$AYAR_TEST_POSTGRES"' "$jobs"
