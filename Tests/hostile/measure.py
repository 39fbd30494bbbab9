#!/usr/bin/env python3
"""Reads the captures of make-captures.py with souptap: measure.py SOUPTAP [OPTION ...] [NAME ...].

Prints the processor time less that for an empty capture, that per packet and as a multiple of a normal
capture's, the growth of time for twice the size, and the most memory. Captures of up to a gigabyte are
stored for the time being, larger ones come through a pipe. Ends with 1 when a bound is broken:
  --scale N      of all captures (default 1); of those with few packets twelve times as much, at most 0.5
  --memory MIB   the most memory (default 128)
  --factor N     the most time per packet, in that of the normal capture (default 5)
  --growth N     the most time for twice the size (default 2.2)
  --runs N       of so many runs the quickest counts (default 3)
  --instructions counts instructions with valgrind in place of seconds: the same on a busy machine, but
                 blind to waiting for memory; several captures are read at once
  --give WORD    an argument for souptap, once for each
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument('souptap')
parser.add_argument('names', nargs='*')
parser.add_argument('--scale', type=float, default=1)
parser.add_argument('--memory', type=float, default=128)
parser.add_argument('--factor', type=float, default=5)
parser.add_argument('--growth', type=float, default=2.2)
parser.add_argument('--runs', type=int, default=3)
parser.add_argument('--instructions', action='store_true')
parser.add_argument('--give', action='append', default=[])
options = parser.parse_args()
maker = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'make-captures.py')]

command = [options.souptap, 'report', '--format', 'ndjson', *options.give, '-']


def run(source):
    """Runs souptap once: seconds of processor time, packets, MiB, exit status."""
    process = subprocess.Popen(
        command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    found = re.search(rb'"health":{"packets":(\d+)', output)
    return (usage.ru_utime + usage.ru_stime, int(found[1]) if found else 0,
            usage.ru_maxrss / 1024, process.returncode)


def count(source):
    """Instructions of one run, in thousand millions."""
    with tempfile.NamedTemporaryFile() as log:
        subprocess.run(
            ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null',
             '--log-file=' + log.name, *command],
            stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return int(re.search(rb'Collected : (\d+)', log.read())[1]) / 1e9


def sources(name, scale):
    """Opens one capture as standard input for one run after the other: without end."""
    isLarge = name.startswith('behind-holes') and scale > 0.2
    with tempfile.TemporaryFile() as file:
        if not isLarge:
            subprocess.run([*maker, name, str(scale)], stdout=file, check=True)
        while True:
            if isLarge:
                making = subprocess.Popen([*maker, name, str(scale)], stdout=subprocess.PIPE)
                yield making.stdout
                making.stdout.close()
                making.wait()
            else:
                file.seek(0)
                yield file


def measure(name, scale):
    """Several runs over one capture: what the cheapest cost, with the most memory of all."""
    source = sources(name, scale)
    isOnce = options.instructions or name.startswith('behind-holes') and scale > 0.2
    runs = [run(next(source)) for _ in range(1 if isOnce else options.runs)]
    cost = count(next(source)) if options.instructions else min(runs)[0]
    source.close()
    return cost, runs[0][1], max(run[2] for run in runs), max(run[3] for run in runs)


def judge(name, normal=None):
    """Measures a capture and one of twice the size; the line of the table, and what is broken."""
    scale = options.scale
    if name in SMALL:
        scale = max(scale, min(0.5, 12 * scale))
    cost, packets, memory, status = measure(name, scale)
    twice, _, more, last = measure(name, 2 * scale)
    cost, twice = max(cost - empty, 1e-6), max(twice - empty, 1e-6)
    each = cost / max(1, packets)
    factor = each / (normal or each)
    growth = twice / cost
    memory = max(memory, more)
    line = (f'{name:22} {packets:9} {cost:8.2f} {each * 1e9:10.0f} {factor:7.2f} {growth:7.2f}'
            f' {memory:6.0f} {status} {last}')
    broken = [f'{name}: {what} {value:.2f} is more than {bound:g}' for what, value, bound in [
        ('memory', memory, options.memory), ('exit', max(status, last), 0),
        ('factor', factor, options.factor), ('growth', growth, options.growth)] if value > bound]
    return each, line, broken


# They have some ten thousand packets at scale 1.
SMALL = ['backwards', 'gigabyte-ahead', 'port-reuse', 'no-line-end']
empty = measure('normal', 0)[0]
names = options.names or subprocess.run(maker, capture_output=True, text=True).stdout.split()
unit = 'Ginstr.' if options.instructions else 'seconds'
print(f'{"capture":22} {"packets":>9} {unit:>8} {"n.../packet":>10} {"factor":>7} {"growth":>7}'
      f' {"MiB":>6} exit', flush=True)
normal, line, broken = judge('normal')
print(line, flush=True)
with concurrent.futures.ThreadPoolExecutor(os.cpu_count() if options.instructions else 1) as pool:
    others = [name for name in names if name != 'normal']
    for _, line, faults in pool.map(lambda name: judge(name, normal), others):
        print(line, flush=True)
        broken += faults
for line in broken:
    print(line, file=sys.stderr)
sys.exit(1 if broken else 0)
