#!/usr/bin/env python3
"""Measures what starting souptap costs: start.py SOUPTAP [--runs N] [--most MILLISECONDS].

Prints processor time, user and system, and page faults of --version and of the report of a capture with
one transaction, each the least of many runs: what else a machine does only adds to it. Ends with 1 when
--version took more than 10 ms, or another bound, in every run.
"""
import argparse
import os
import sys

CAPTURE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), '..', '..', 'Fixtures', 'mediasoup', 'hello-single.pcap')


def run(command, nothing):
    """Milliseconds and page faults of one run."""
    child = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 1)])
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f'start.py: {" ".join(command)} ended with {os.waitstatus_to_exitcode(status)}')
    return (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_minflt


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('souptap')
    parser.add_argument('--runs', type=int, default=40)
    parser.add_argument('--most', type=float, default=10)
    options = parser.parse_args()
    nothing = os.open('/dev/null', os.O_WRONLY)
    best = {}
    for arguments in (['--version'], ['report', '--quiet', CAPTURE]):
        runs = [run([options.souptap, *arguments], nothing) for _ in range(options.runs)]
        best[arguments[0]] = min(time for time, _ in runs)
        faults = min(faults for _, faults in runs)
        print(f'{arguments[0]:10} {best[arguments[0]]:6.2f} ms {faults:6} faults')
    if best['--version'] > options.most:
        sys.exit(f'start.py: --version takes more than {options.most} ms')


main()
