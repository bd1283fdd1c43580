#!/usr/bin/env bash
# Builds the sandbox image, unless it exists and was made from these very files.
# Base: $BASE if set, else the public Debian image if it can be pulled, else our own (mkbase.sh).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
image=${AETHER_SANDBOX__IMAGE:-aether-sandbox:0.1.0}
public=debian:bookworm-slim
content=$( (cat Dockerfile mkbase.sh && echo "${BASE:-}") | sha256sum | cut -c1-16)

existing=$(docker image inspect --format '{{index .Config.Labels "aether.content"}}' "$image" 2>/dev/null || true)
if [ "$existing" = "$content" ]; then
  exit 0
fi

base=${BASE:-}
if [ -z "$base" ]; then
  echo "== looking for $public"
  if docker image inspect "$public" >/dev/null 2>&1 || timeout 90 docker pull "$public"; then
    base=$public
  else
    echo "== the public image cannot be had here; using Debian packages instead"
    tar=$(./mkbase.sh)
    base=aether-base:$(basename "$tar" .tar)
    if ! docker image inspect "$base" >/dev/null 2>&1; then
      echo "== importing the base system (about 10 s)"
      docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
        "$tar" "$base"
    fi
  fi
fi

echo "== building $image from $base"
docker build --build-arg BASE="$base" --tag "$image" \
  --label "aether.content=$content" --label "aether.base=$base" .
