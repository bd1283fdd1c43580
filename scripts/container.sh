#!/bin/sh
# How Aether starts in its container: `aether up`, `docker compose exec aether aether doctor`.
# As root it takes just what it needs and becomes an ordinary user: the data volume is made that user's, and the
# engine's socket is reached through the socket's group, whatever number that group has on this machine.
set -eu

user=10001
if [ "$(id -u)" -ne 0 ]; then
  exec python -m bot "$@"
fi
if [ "$(stat -c %u /data)" -ne "$user" ]; then
  chown "$user:$user" /data
fi
groups=$user
socket=/var/run/docker.sock
if [ -S "$socket" ]; then
  groups=$groups,$(stat -c %g "$socket")
fi
export HOME=/data
exec setpriv --reuid="$user" --regid="$user" --groups="$groups" --no-new-privs --bounding-set=-all \
  python -m bot "$@"
