#!/usr/bin/env python3
"""How many packets souptap, which reads them all, loses at the highest rate, beside tcpdump and tshark.

    sudo Tests/live/compare-loss.py SOUPTAP CAPTURE [PAIRS]

Two tcpreplay processes send CAPTURE as fast as they can over a cable between two network namespaces,
while one program after the other captures at its far end, in turns. Needs root, iproute2, tcpreplay,
tcpdump and tshark. Prints a row for each run and the medians; restores everything.
"""
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

if len(sys.argv) < 3:
    sys.exit(__doc__)
souptap, capture = sys.argv[1:3]
pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 10
sender, receiver = f"souptap-send-{os.getpid()}", f"souptap-take-{os.getpid()}"
scratch = tempfile.mkdtemp()
KEPT = f"{scratch}/kept"
FILTER = "tcp or (vlan and tcp)"


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def inside(namespace, *words):
    return ["ip", "netns", "exec", namespace, *words]


def sent_packets(output):
    return sum(int(n) for n in re.findall(r"Successful packets:\s+(\d+)", output))


PROGRAMS = {
    "souptap": [souptap, "report", "-i", "s0", "--format", "ndjson", "--buffer-size", "32MiB"],
    "tcpdump": ["tcpdump", "-i", "s0", "-n", "-B", "32768", "-Z", "root", "-w", KEPT, FILTER],
    "tshark": ["tshark", "-i", "s0", "-n", "-B", "32", "-f", FILTER, "-T", "fields", "-e", "tcp.len"],
}
READY = {"souptap": "capturing on", "tcpdump": "listening on", "tshark": "Capturing on"}


def captured(name, output, errors):
    if name == "souptap":
        return json.loads(output.splitlines()[-1])["health"]["packets"]
    if name == "tcpdump":
        return int(re.search(r"(\d+) packets? captured", errors).group(1))
    return len(output.splitlines())


def run(name):
    with open(f"{scratch}/out", "w+") as out, open(f"{scratch}/err", "w+") as err:
        process = subprocess.Popen(inside(receiver, *PROGRAMS[name]), stdout=out, stderr=err)
        for _ in range(1000):
            if READY[name] in open(f"{scratch}/err").read():
                break
            time.sleep(0.02)
        time.sleep(0.3)
        replay = inside(sender, "tcpreplay", "--topspeed", "--preload-pcap", "-i", "c0", replayed)
        start = time.monotonic()
        sending = [
            subprocess.Popen(replay, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for _ in range(2)
        ]
        sent = sum(sent_packets(each.communicate()[0]) for each in sending)
        seconds = time.monotonic() - start
        # What is in the buffer is not lost.
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, _, usage = os.wait4(process.pid, 0)
        out.seek(0)
        err.seek(0)
        got = captured(name, out.read(), err.read())
        cpu = usage.ru_utime + usage.ru_stime
        return 100 * (1 - got / sent), sent / seconds, cpu, cpu * 1e9 / max(1, got)


# What no filter would take is not sent: it would look lost.
replayed = f"{scratch}/replayed"
subprocess.run(
    ["tcpdump", "-r", capture, "-w", replayed, FILTER], check=True, stderr=subprocess.DEVNULL)

ip("netns", "add", sender)
ip("netns", "add", receiver)
try:
    ip("-n", sender, "link", "add", "c0", "type", "veth", "peer", "name", "s0", "netns", receiver)
    ip("-n", sender, "link", "set", "c0", "mtu", "65000", "up")
    ip("-n", receiver, "link", "set", "s0", "mtu", "65000", "up")
    rows = {name: [] for name in PROGRAMS}
    for turn in range(pairs):
        # In turns, and in both orders, so that what else the machine does hits all alike.
        order = ["souptap", "tcpdump"] if turn % 2 == 0 else ["tcpdump", "souptap"]
        for name in order + (["tshark"] if turn < 3 else []):
            rows[name].append(run(name))
            loss, rate, cpu, each = rows[name][-1]
            print(
                f"{name:8} lost {loss:6.2f} %  at {rate:9.0f}/s  CPU {cpu:6.2f} s, {each:6.0f} ns each",
                flush=True)
    print()
    for name, runs in rows.items():
        if runs:
            loss, rate, cpu, each = (statistics.median(column) for column in zip(*runs))
            print(
                f"{name:8} median of {len(runs)}: lost {loss:.2f} %, {rate:.0f} packets/s sent,"
                f" CPU {cpu:.2f} s, {each:.0f} ns a packet captured")
finally:
    for namespace in (sender, receiver):
        subprocess.run(["ip", "netns", "delete", namespace])
    subprocess.run(["rm", "-rf", scratch])
