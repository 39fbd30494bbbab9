#!/usr/bin/env python3
"""Compares how many instructions souptap executes with the numbers in instructions.txt:
instructions.py SOUPTAP [--update] [--runs N] [--self-check].

What starting costs is taken off: the same command over a capture with one transaction. Ends with 1 when
a number is more than a tenth above its baseline, with 2 when it cannot be told.
  --update      write the numbers as the new baseline; say why in the commit
  --runs N      of each so many runs: prints how far they are apart, and takes their median (default 1)
  --self-check  see to it, too, that a baseline a fifth too low would be noticed

Unlike seconds these numbers are the same on a busy machine. They are those of the release binary that
`swift build -c release --product souptap` makes, and of one architecture and compiler.
"""
import argparse
import concurrent.futures
import lzma
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, '..', '..', 'Fixtures')
BASELINE = os.path.join(HERE, 'instructions.txt')
CAPTURES = {
    'ten-thousand': 'recorded-compressed/ten-thousand-client.pcap.xz',
    'churn': 'workloads/churn.pcap.xz',
    'large': 'workloads/large.pcap.xz',
}
START = 'mediasoup/hello-single.pcap'
COMMANDS = {
    'report': ['report', '--utc'],
    'transactions': ['transactions', '--format', 'ndjson'],
    'messages': ['messages', '--format', 'ndjson'],
}
TOLERANCE = 0.1
HEAD = """\
# Instructions that souptap executes beyond those for starting, by fixture and command.
# Written by instructions.py --update; a change of them belongs in a commit that says why.
# architecture: {}
"""


def fail(message):
    print(f'instructions.py: {message}', file=sys.stderr)
    sys.exit(2)


def count(binary, command, capture):
    """Instructions of one run, with starting."""
    with tempfile.NamedTemporaryFile() as log:
        done = subprocess.run(
            ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null',
             '--log-file=' + log.name, binary, *COMMANDS[command], '--quiet', capture],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={'PATH': os.environ['PATH'], 'LC_ALL': 'C', 'TZ': 'UTC', 'SOUPTAP_TOKEN_KEY': 'k'})
        found = re.search(rb'Collected : (\d+)', log.read())
    if done.returncode != 0 or not found:
        fail(f'{binary} {command} {capture} ended with {done.returncode}: '
             + done.stderr.decode(errors='replace').strip())
    return int(found[1])


def measure(binary, runs):
    """Instructions beyond starting, and how far runs are apart, by fixture and command."""
    with tempfile.TemporaryDirectory() as directory:
        paths = {'start': os.path.join(FIXTURES, START)}
        for name, file in CAPTURES.items():
            # What unpacking costs is xz's affair.
            paths[name] = os.path.join(directory, name + '.pcap')
            with lzma.open(os.path.join(FIXTURES, file)) as packed, open(paths[name], 'wb') as plain:
                shutil.copyfileobj(packed, plain)
        tasks = [(name, command) for name in paths for command in COMMANDS for _ in range(runs)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = list(pool.map(lambda task: count(binary, task[1], paths[task[0]]), tasks))
    found = {}
    for task, number in zip(tasks, counts):
        found.setdefault(task, []).append(number)
    work, spread = {}, {}
    for name in CAPTURES:
        for command in COMMANDS:
            numbers = found[name, command]
            work[name, command] = int(
                statistics.median(numbers) - statistics.median(found['start', command]))
            spread[name, command] = (max(numbers) - min(numbers)) / work[name, command]
    return work, spread


def read_baseline():
    try:
        with open(BASELINE) as file:
            text = file.read()
    except OSError as error:
        fail(f'{error}; make it with --update')
    machine = re.search('^# architecture: (.*)$', text, re.M)
    if not machine or machine[1] != platform.machine():
        fail(f'the baseline is not that of {platform.machine()}: renew it with --update')
    rows = [line.split() for line in text.splitlines() if line and not line.startswith('#')]
    baseline = {(name, command): int(number) for name, command, number in rows}
    if set(baseline) != {(name, command) for name in CAPTURES for command in COMMANDS}:
        fail('the baseline has other rows than are measured: renew it with --update')
    return baseline


def compare(baseline, work):
    """Lines of a table, and what rose and fell by more than the tolerance."""
    lines = [f'{"fixture":13} {"command":13} {"baseline":>13} {"now":>13} {"change":>8}']
    risen, fallen = [], []
    for (name, command), now in work.items():
        before = baseline[name, command]
        change = now / before - 1
        lines.append(f'{name:13} {command:13} {before:13,} {now:13,} {change:+8.1%}')
        if change > TOLERANCE:
            risen.append(f'{name} {command}')
        if change < -TOLERANCE:
            fallen.append(f'{name} {command}')
    return lines, risen, fallen


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS)
    parser.add_argument('souptap')
    parser.add_argument('--update', action='store_true')
    parser.add_argument('--runs', type=int, default=1)
    parser.add_argument('--self-check', action='store_true')
    options = parser.parse_args()
    if not shutil.which('valgrind'):
        fail('valgrind is not installed: apt-get install valgrind')
    if not os.access(options.souptap, os.X_OK):
        fail(f'{options.souptap} is no program: swift build -c release --product souptap')
    if options.runs < 1:
        fail('--runs: at least 1')
    baseline = None if options.update else read_baseline()
    work, spread = measure(options.souptap, options.runs)
    if options.runs > 1:
        for (name, command), apart in spread.items():
            print(f'{name:13} {command:13} {options.runs} runs, {apart:.3%} apart')
    if options.update:
        with open(BASELINE, 'w') as file:
            file.write(HEAD.format(platform.machine()))
            for (name, command), number in work.items():
                file.write(f'{name} {command} {number}\n')
        print(f'{len(work)} numbers written to {os.path.relpath(BASELINE)}')
        return 0
    lines, risen, fallen = compare(baseline, work)
    print('\n'.join(lines), flush=True)
    if options.self_check:
        low = {key: int(number * 0.8) for key, number in work.items()}
        if len(compare(low, work)[1]) != len(work) or compare(work, work)[1]:
            fail('a baseline that is too low went unnoticed')
    if fallen:
        print(f'more than a tenth less: {", ".join(fallen)}; renew the baseline with --update')
    if risen:
        print(f'more than a tenth more: {", ".join(risen)}; make it cheaper, or renew the baseline '
              'with --update in a commit that says why', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
