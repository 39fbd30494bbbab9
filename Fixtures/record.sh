#!/usr/bin/env bash
# Records the captures in Fixtures/recorded: real connections between two network namespaces, seen at
# both ends, with the logs of what the endpoints sent and read.
#
#   SOUPTAP_DEVELOP=1 swift build --product traffic
#   sudo Fixtures/record.sh [SCENARIO...]        (all of Fixtures/scenarios without arguments)
#
# A scenario with `set compress=1` goes to Fixtures/recorded-compressed instead, packed by xz.
# Needs root, iproute2 and tcpdump. TRAFFIC names the program where it is not .build/debug/traffic.
# Addresses and devices exist only in namespaces of its own, which go when it ends.
set -euo pipefail

fixtures=$(cd "$(dirname "$0")" && pwd)
traffic=${TRAFFIC:-$fixtures/../.build/debug/traffic}
client=souptap-client-$$ server=souptap-server-$$ bridge=souptap-bridge-$$
scratch=$(mktemp -d)
pids=()

[ "$(id -u)" = 0 ] || { echo "record.sh: must be root" >&2; exit 2; }
[ -x "$traffic" ] || { echo "record.sh: no program $traffic" >&2; exit 2; }

finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for namespace in "$client" "$server" "$bridge"; do
    ip netns delete "$namespace" 2>/dev/null || true
  done
  rm -rf "$scratch"
}
trap finish EXIT

# setting NAME DEFAULT SCENARIO-FILE
setting() {
  local value
  value=$(sed -n "s/^set \(.* \)\?$1=\([^ ]*\).*/\2/p" "$3" | head -n 1)
  echo "${value:-$2}"
}

# furnish NAMESPACE DEVICE HOST-NUMBER MTU
furnish() {
  local namespace=$1 device=$2 host=$3 mtu=$4
  ip -n "$namespace" address add "192.0.2.$host/24" dev "$device"
  ip -n "$namespace" address add "2001:db8::$host/64" dev "$device" nodad
  ip -n "$namespace" link set "$device" mtu "$mtu" up
  ip netns exec "$namespace" "$traffic" plain "$device"
}

# A cable between both ends; or two with the bridge between them, when the scenario spoils frames.
build_network() {
  local scenario=$1 mtu
  mtu=$(setting mtu 1500 "$scenario")
  ip netns add "$client"
  ip netns add "$server"
  if grep -qE '^set .*(delay|jitter|lose|copy|hold|lose-percent|copy-percent)=' "$scenario"; then
    ip netns add "$bridge"
    ip -n "$bridge" link add b0 type veth peer name c0 netns "$client"
    ip -n "$bridge" link add b1 type veth peer name s0 netns "$server"
    for device in b0 b1; do
      ip -n "$bridge" link set "$device" mtu "$mtu" up
      ip netns exec "$bridge" "$traffic" plain "$device"
    done
    ip netns exec "$bridge" "$traffic" bridge "$scenario" b0 b1 "$(setting limit 30 "$scenario")" &
    pids+=($!)
  else
    ip -n "$client" link add c0 type veth peer name s0 netns "$server"
  fi
  furnish "$client" c0 1 "$mtu"
  furnish "$server" s0 2 "$mtu"
}

# start_recording NAMESPACE DEVICE FILE: sets $recorder
start_recording() {
  ip netns exec "$1" tcpdump -i "$2" -w "$3" -Z root -s 0 -U --immediate-mode \
    --time-stamp-precision=nano tcp port 4080 2>"$scratch/tcpdump" &
  recorder=$!
  pids+=("$recorder")
  until grep -q 'listening on' "$scratch/tcpdump"; do
    kill -0 "$recorder" || { cat "$scratch/tcpdump" >&2; exit 2; }
    sleep 0.02
  done
}

seconds() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }

record() {
  local name=$1 scenario=$fixtures/scenarios/$1.txt from until address=192.0.2.2
  local recorders=() endpoints=() recorder started
  build_network "$scenario"
  [ "$(setting family 4 "$scenario")" = 4 ] || address=2001:db8::2
  from=$(setting record-from -1 "$scenario")
  until=$(setting record-until -1 "$scenario")

  record_both() {
    start_recording "$client" c0 "$scratch/client.pcap"; recorders+=("$recorder")
    start_recording "$server" s0 "$scratch/server.pcap"; recorders+=("$recorder")
  }
  [ "$from" -ge 0 ] || record_both
  ip netns exec "$server" "$traffic" server "$scenario" "$address" 4080 >"$scratch/server.log" &
  endpoints+=($!)
  until ip netns exec "$server" ss -Htln 'sport = :4080' | grep -q .; do sleep 0.02; done
  ip netns exec "$client" "$traffic" client "$scenario" "$address" 4080 >"$scratch/client.log" &
  endpoints+=($!)
  pids+=("${endpoints[@]}")
  if [ "$from" -ge 0 ]; then sleep "$(seconds "$from")"; record_both; fi
  if [ "$until" -ge 0 ]; then
    sleep "$(seconds "$until")"
    kill -INT "${recorders[@]}"
  fi
  wait "${endpoints[@]}"
  if [ "$until" -lt 0 ]; then sleep 0.3; kill -INT "${recorders[@]}"; fi
  wait "${recorders[@]}" 2>/dev/null || true

  local directory=$fixtures/recorded
  [ "$(setting compress 0 "$scenario")" = 0 ] || directory=$fixtures/recorded-compressed
  mkdir -p "$directory"
  mv "$scratch/client.pcap" "$directory/$name-client.pcap"
  mv "$scratch/server.pcap" "$directory/$name-server.pcap"
  LC_ALL=C sort -s -t, -k1,1 "$scratch/client.log" "$scratch/server.log" >"$directory/$name.log.ndjson"
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  pids=()
  for namespace in "$client" "$server" "$bridge"; do
    ip netns delete "$namespace" 2>/dev/null || true
  done
  echo "$name: $(wc -c <"$directory/$name-client.pcap") bytes," \
    "$(wc -l <"$directory/$name.log.ndjson") log lines"
  [ "$directory" = "$fixtures/recorded" ] || xz -9ef "$directory/$name"*
}

if [ $# = 0 ]; then
  set -- "$fixtures"/scenarios/*.txt
fi
for scenario in "$@"; do record "$(basename "$scenario" .txt)"; done
