#!/usr/bin/env bash
# engine.sh start | stop: a Docker engine for machines that have none running.
# A running engine is left alone, and stop ends only the process that start began: it may serve others, too.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
state=${AETHER_DATA_DIR:-$root/.aether}/engine
pid_file=$state/dockerd.pid
log=$state/dockerd.log

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

answers() {
  docker info >/dev/null 2>&1
}

ours() { # the engine we started still runs; a pid file alone proves nothing, pids are used again
  [ -s "$pid_file" ] && [ "$(cat "/proc/$(cat "$pid_file")/comm" 2>/dev/null)" = dockerd ]
}

refuse_what_we_cannot_start() {
  local problem
  problem=$(docker info 2>&1 || true)
  if [[ $problem == *"permission denied"* ]]; then
    fail "You may not use the Docker engine. Join its group, then log in again:" \
      "  sudo usermod -aG docker $(id -un)"
  fi
  [ -z "${DOCKER_HOST:-}" ] || fail "The Docker engine at DOCKER_HOST=$DOCKER_HOST does not answer."
  [ "$(uname)" = Linux ] || fail "Docker is not running: start Docker Desktop, then try again."
}

become_root() { # runs this script again as root, after a yes
  local command=(sudo "AETHER_DATA_DIR=$(dirname "$state")" "$here/engine.sh" start)
  if ! command -v sudo >/dev/null || [ ! -t 0 ]; then
    fail "The Docker engine is not running. Please start it, then try again:" "  ${command[*]}"
  fi
  read -r -p "The Docker engine is not running. Start it with sudo? [y/N] " answer
  [[ $answer == [yY]* ]] || exit 1
  "${command[@]}"
  answers || refuse_what_we_cannot_start
}

wait_for_answer() {
  for _ in $(seq 150); do
    if answers; then return; fi
    sleep 0.2
  done
  [ ! -s "$log" ] || tail -n 40 "$log" >&2
  stop
  fail "The Docker engine did not answer within 30 s."
}

start() {
  if answers; then return; fi
  if command -v docker >/dev/null; then refuse_what_we_cannot_start; fi
  if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
    "$root/scripts/install.sh" "running tools in containers" docker.io iptables
    if answers; then return; fi # the package may have started it
  fi
  if [ "$(id -u)" -ne 0 ]; then
    become_root
    return
  fi

  if [ -d /run/systemd/system ]; then
    echo "== starting the Docker service"
    systemctl start docker
    wait_for_answer
    return
  fi
  echo "== starting the Docker engine (log: $log)"
  mkdir -p "$state"
  if ours; then # still on its way up
    wait_for_answer
    return
  fi
  # dockerd keeps its usual pid file beside ours: with it a second engine on this machine refuses to start,
  # which would otherwise take the first one's network away.
  setsid dockerd </dev/null >"$log" 2>&1 &
  echo $! >"$pid_file"
  wait_for_answer
  ours || rm -f "$pid_file" # somebody else's engine was faster: it is not ours to end
}

stop() {
  if ours; then
    local pid
    pid=$(cat "$pid_file")
    kill "$pid"
    for _ in $(seq 100); do
      if [ ! -d "/proc/$pid" ]; then break; fi
      sleep 0.2
    done
  fi
  rm -f "$pid_file"
}

case "${1:-}" in
  start | stop) "$1" ;;
  *) fail "usage: engine.sh start | stop" ;;
esac
