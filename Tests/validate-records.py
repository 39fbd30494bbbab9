#!/usr/bin/env python3
"""Validates records on standard input against the JSON Schema in the file named; needs jsonschema."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema)
failures = 0
for number, line in enumerate(sys.stdin, 1):
    for error in validator.iter_errors(json.loads(line)):
        failures += 1
        if failures <= 10:
            print(f"line {number}: {error.json_path}: {error.message}: {line.strip()[:300]}")
sys.exit(1 if failures else 0)
