#!/usr/bin/python3
"""Validates records on standard input against the JSON Schema in the file named; needs jsonschema.

With --batches each run of lines that an empty line ends is answered by one line: a JSON array with what
is wrong in it.
"""
import json
import sys

import jsonschema

batches = sys.argv[1] == "--batches"
with open(sys.argv[-1], encoding="utf-8") as file:
    schema = json.load(file)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema)


def faults(line):
    try:
        record = json.loads(line)
    except ValueError as error:
        return [f"{error}: {line[:300]}"]
    return [f"{e.json_path}: {e.message}: {line[:300]}" for e in validator.iter_errors(record)]


found = []
for line in sys.stdin:
    line = line.strip()
    if line:
        found += faults(line)
    elif batches:
        print(json.dumps(found[:10]), flush=True)
        found = []
if not batches:
    print("\n".join(found[:10]))
    sys.exit(1 if found else 0)
