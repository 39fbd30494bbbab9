#!/usr/bin/env bash
# Renews Sources/profile/release.profdata: how often the code of souptap is executed over captures made
# for it. The release build arranges code by it; where it is out of date, code is only arranged worse.
# Takes some minutes. Say in the commit why it was renewed.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A folder of its own, made anew: the compiler keeps what it made with other options.
rm -rf .build-profile
echo "== A build that counts"
SOUPTAP_COUNT_EXECUTION=1 swift build -c release --product souptap --scratch-path .build-profile
binary=.build-profile/release/souptap

echo "== Captures"
SOUPTAP_DEVELOP=1 swift run benchmarks --write "$work" --packets 50000
for packed in Fixtures/workloads/*.xz Fixtures/recorded-compressed/*.pcap.xz; do
  xz -dc "$packed" >"$work/$(basename "$packed" .xz)"
done

echo "== Runs"
export LLVM_PROFILE_FILE="$work/%p.profraw"
# What is asked for most, most often; nothing that is rare.
for capture in "$work"/*.pcap Fixtures/recorded/*.pcap Fixtures/mediasoup/*.pcap; do
  for _ in 1 2; do "$binary" report --quiet "$capture" >/dev/null; done
  "$binary" transactions --quiet --format ndjson "$capture" >/dev/null
  "$binary" messages --quiet --format ndjson "$capture" >/dev/null
  "$binary" transactions --quiet "$capture" >/dev/null
done

# The one that belongs to the compiler: others may not know its format.
merge=$(dirname "$(readlink -f "$(command -v swiftc)")")/llvm-profdata
"$merge" merge --sparse -o Sources/profile/release.profdata "$work"/*.profraw
rm -rf .build-profile
ls -l Sources/profile/release.profdata
