#!/usr/bin/env bash
# Runs a build command unless nothing it reads has changed since it last succeeded:
#   scripts/build-once.sh debug|release SITE COMMAND...
# cargo alone would be quick, but cargo-leptos splits, optimises and compresses the Wasm again each time.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

profile=$1 site=$2
shift 2
stamp=$site.stamp

# Contents, not times: a fresh checkout of the same sources needs no new build.
sources() {
    printf '%s\n' "$*" "$PWD"
    rustc --version
    cargo-leptos --version
    find Cargo.toml Cargo.lock rust-toolchain.toml .cargo app crates frontend migration server style -type f \
        ! -path '*/tests/*' -print0 | sort -z | xargs -0 sha256sum
}
# The build's results are looked at as well, so that another build into the same folders is noticed.
results() {
    sha256sum "$CARGO_TARGET_DIR/$profile/ayar" "$CARGO_TARGET_DIR/$profile/hash.txt" 2>&1 || true
    find "$site" -type f -printf '%p %s\n' 2>&1 | sort || true
}

# Read before the build: what is edited while it runs has not been built.
sources=$(sources "$@")
if [[ -f $stamp && $(printf '%s\n' "$sources" && results) == "$(cat "$stamp")" ]]; then
    have "built already, nothing has changed: $CARGO_TARGET_DIR/$profile/ayar"
    exit
fi
rm -f "$stamp"
mkdir -p "$site"
LEPTOS_SITE_ROOT=$site "$@"
{ printf '%s\n' "$sources" && results; } >"$stamp"
