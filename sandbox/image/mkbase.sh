#!/usr/bin/env bash
# Makes the sandbox's base system from Debian packages, for machines that reach a Debian mirror but no image registry.
# Prints the path of the tar on standard output. The tar is cached by the hash of this script: edit it and it is remade.
set -euo pipefail

suite=bookworm
packages=python3,git,curl,ca-certificates,procps,ripgrep
cache=${AETHER_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/aether}
tar=$cache/base-$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-12).tar

if [ ! -s "$tar" ]; then
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  command -v mmdebstrap >/dev/null ||
    "$here/../../scripts/install.sh" "making the sandbox's base system" mmdebstrap >&2
  mkdir -p "$cache"
  part=$(mktemp -u "$cache/part-XXXXXX.tar")
  trap 'rm -f "$part"' EXIT
  echo "== making the base system from Debian packages (about a minute, once)" >&2
  # shellcheck disable=SC2016 # $1 is for the hook's own shell
  # Documentation is left out for size. An image does not need today's mirror state, so an old Release file is fine.
  SOURCE_DATE_EPOCH=0 mmdebstrap --variant=minbase --include="$packages" \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --customize-hook='chroot "$1" useradd --uid 10001 --create-home --shell /bin/bash agent' \
    --customize-hook='mkdir "$1/workspace"; chown 10001:10001 "$1/workspace"' \
    "$suite" "$part" >&2
  mv "$part" "$tar" # complete or not there at all
fi
echo "$tar"
