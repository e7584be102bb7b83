#!/usr/bin/env bash
# The second way to a Wasm standard library: Debian ships the compiler (rustc-web) and the sources of the
# standard library, but not the compiled library for Wasm and no Wasm linker. Called by setup.sh after the
# packages are there; needs root (or sudo) because the compiler looks for the library in its own folder.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/env.sh
. scripts/say.sh

bin=$AYAR_TOOLS/debian-rust/bin
mkdir -p "$bin"
for tool in cargo rustc rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
    ln -sf "/usr/bin/$tool" "$bin/$tool"
done
# rustc asks PATH for `rust-lld`; lld takes its flavour from the first argument, so the name does not matter.
# shellcheck disable=SC2012 # version sort of a handful of well-known names
lld=$(ls -d /usr/lib/llvm-*/bin/lld | sort -V | tail -n 1)
ln -sf "$lld" "$bin/rust-lld"
PATH=$bin:$PATH

sysroot=$(rustc --print sysroot)
library=$sysroot/lib/rustlib/wasm32-unknown-unknown/lib
step "Wasm standard library from Debian's sources" "about a minute"
build=$AYAR_TOOLS/debian-rust/std
rm -rf "$build"
mkdir -p "$build/src"
trap 'rm -rf "$build"' EXIT
printf '%s\n' '[package]' 'name = "empty"' 'edition = "2024"' '[lib]' 'crate-type = ["cdylib"]' '[workspace]' >"$build/Cargo.toml"
: >"$build/src/lib.rs"
# Bitcode is what makes `lto = "fat"` of the release build work; RUSTC_BOOTSTRAP because -Zbuild-std is unstable.
(cd "$build" && RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR=$build/target \
    cargo build --release -Zbuild-std=std,panic_abort --target wasm32-unknown-unknown)

root=()
[[ $EUID -eq 0 ]] || root=(sudo)
"${root[@]}" rm -rf "$library"
"${root[@]}" mkdir -p "$library"
find "$build/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libempty*' \
    -exec "${root[@]}" cp -t "$library" {} +
