#!/usr/bin/env python3
"""Reads the captures of make-captures.py with souptap: measure.py SOUPTAP DIRECTORY.

Prints time, time per packet, the growth for twice the size, and the most memory. The captures should
be in the page cache: the second reading counts.
"""
import glob
import os
import re
import subprocess
import sys
import time

souptap, directory = sys.argv[1:3]


def run(path):
    best = None
    for _ in range(2):
        start = time.monotonic()
        process = subprocess.Popen([souptap, 'report', '--format', 'ndjson', path],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        best = min(best or 1e9, usage.ru_utime + usage.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
    packets = int(re.search(rb'"packets":(\d+)', output)[1]) if output else 0
    return best, packets, usage.ru_maxrss / 1024, process.returncode


print(f'{"capture":20} {"packets":>9} {"seconds":>8} {"ns/packet":>10} {"growth":>7} {"MiB":>6} exit')
for path in sorted(glob.glob(f'{directory}/*.pcap*')):
    stem, extension = os.path.splitext(path)
    if stem.endswith('-double'):
        continue
    seconds, packets, memory, status = run(path)
    twice, _, memory2, status2 = run(f'{stem}-double{extension}')
    print(f'{os.path.basename(stem):20} {packets:9} {seconds:8.2f} {seconds * 1e9 / max(1, packets):10.0f}'
          f' {twice / seconds:7.2f} {max(memory, memory2):6.0f} {status} {status2}', flush=True)
