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

# Contents, not times: a fresh checkout of the same sources needs no new build. The build's own results are in
# it as well, so that another build into the same folders is noticed.
fingerprint() {
    printf '%s\n' "$*" "$PWD"
    rustc --version
    cargo-leptos --version
    find Cargo.toml Cargo.lock rust-toolchain.toml .cargo app crates frontend migration server style -type f \
        ! -path '*/tests/*' -print0 | sort -z | xargs -0 sha256sum
    sha256sum "$CARGO_TARGET_DIR/$profile/ayar" "$CARGO_TARGET_DIR/$profile/hash.txt" 2>&1 || true
    find "$site" -type f -printf '%p %s\n' 2>&1 | sort || true
}

if [[ -f $stamp && $(fingerprint "$@") == "$(cat "$stamp")" ]]; then
    have "built already, nothing has changed: $CARGO_TARGET_DIR/$profile/ayar"
    exit
fi
rm -f "$stamp"
mkdir -p "$site"
LEPTOS_SITE_ROOT=$site "$@"
fingerprint "$@" >"$stamp"
