#!/usr/bin/env bash
# Installs Debian packages: install.sh "what they are for" package...
# As root it just does; otherwise it asks for a yes, and where nobody can answer it prints the command and fails.
set -euo pipefail

purpose=$1
shift
update=(apt-get update -qq)
install=(apt-get install -y -q --no-install-recommends "$@")

if ! command -v apt-get >/dev/null; then
  echo "$purpose: please install $* (or what your system calls it), then try again." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null || [ ! -t 0 ]; then
    echo "$purpose: please run this, then try again:" >&2
    echo "  sudo ${update[*]} && sudo ${install[*]}" >&2
    exit 1
  fi
  read -r -p "$purpose: install $* with sudo? [y/N] " answer
  [[ $answer == [yY]* ]] || exit 1
  update=(sudo "${update[@]}")
  install=(sudo env DEBIAN_FRONTEND=noninteractive "${install[@]}")
fi
echo "== installing $* ($purpose)"
export DEBIAN_FRONTEND=noninteractive
# One broken third-party source must not stop us: the install itself tells whether the packages can be had.
"${update[@]}" || true
"${install[@]}"
