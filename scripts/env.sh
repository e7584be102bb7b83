# Sourced, never run: where tools and build output live, and the PATH every command shares.
# AYAR_TOOLS and CARGO_TARGET_DIR may be set by the caller (CI keeps both outside the checkout).
# shellcheck shell=bash

AYAR_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${AYAR_TOOLS:=$AYAR_ROOT/.tools}" "${CARGO_TARGET_DIR:=$AYAR_ROOT/target}"
[[ $AYAR_TOOLS == /* ]] || AYAR_TOOLS=$PWD/$AYAR_TOOLS
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR=$PWD/$CARGO_TARGET_DIR

# The caller's PATH is kept: sourcing this twice must not lengthen it, and Debian's npm
# only works with Debian's own node.
: "${AYAR_SYSTEM_PATH:=$PATH}"
ayar_path=$AYAR_TOOLS/bin:$AYAR_TOOLS/front/node_modules/.bin:$AYAR_ROOT/end2end/node_modules/.bin
# Present only where setup.sh had to take the compilers from Debian; then they win over rustup's.
[[ -d $AYAR_TOOLS/debian-rust/bin ]] && ayar_path=$AYAR_TOOLS/debian-rust/bin:$ayar_path
PATH=$ayar_path:$AYAR_SYSTEM_PATH
# rustup was installed, but this shell is older than that.
[[ -x $HOME/.cargo/bin/cargo ]] && PATH=$PATH:$HOME/.cargo/bin
unset ayar_path
export AYAR_ROOT AYAR_TOOLS AYAR_SYSTEM_PATH CARGO_TARGET_DIR PATH
