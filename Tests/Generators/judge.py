#!/usr/bin/env python3
"""Holds the transactions that a reader told of a capture against what a perfect observer knows.

    judge.py TRUTH RECORDS [--show N]

TRUTH is what `exchanges.py` wrote beside the capture, RECORDS the reader's NDJSON. Every transaction
must be paired with the response that its application sent, with each time right to the nanosecond,
or be marked `uncertain` with a cause; and `uncertain` must stand only where the capture leaves no
choice. Prints counts, and what is wrong; the exit status says whether anything is.
"""

import argparse
import collections
import calendar
import json
import sys
import time

UNCERTAIN = {
    "gap", "kernel-drop", "joined-midstream", "clock-step", "snaplen", "uuid-reused",
    "early-response",
}
# How long a response waits for its request.
ORPHANS = 200_000_000


def nanoseconds(text):
    seconds = calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))
    return seconds * 1_000_000_000 + int(text[20:29])


class Judge:
    def __init__(self, truth, show):
        self.truth, self.show = truth, show
        self.faults = collections.Counter()
        self.counts = collections.Counter()
        self.timeout = truth["timeout"]
        self.rows = collections.defaultdict(list)
        self.reuses = collections.defaultdict(list)
        self.responses = collections.defaultdict(list)
        for index, row in enumerate(truth["rows"]):
            row["row"] = index
            self.rows[self.key(row["ports"], row["direction"], row["request"]["offset"])].append(row)
            self.reuses[row["connection"], row["direction"], row["uuid"]].append(row)
        self.last_of_ports = {
            tuple(ports): number for number, ports in enumerate(truth["connections"])}
        self.family_sizes = collections.Counter()
        for connection, direction, uuid in truth["requests"]:
            self.family_sizes[connection, direction, uuid] += 1
        for response in truth["responses"]:
            key = self.key(response["ports"], 1 - response["side"], response["offset"])
            self.responses[key].append(response)

    @staticmethod
    def key(ports, direction, offset):
        port, server_port, address = ports
        client = ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0)), port
        server = "10.128.0.1", server_port
        asking, answering = (client, server) if direction == 0 else (server, client)
        return asking + answering + (offset,)

    def fault(self, what, *details):
        self.faults[what] += 1
        if self.faults[what] <= self.show:
            print(f"{what}: " + " ".join(json.dumps(detail) for detail in details))

    def judge(self, records):
        told = {}
        for record in records:
            if record.get("record") != "transaction":
                continue
            number = record["transaction"]
            if record["revision"] != len(told.setdefault(number, [])):
                self.fault("revisions out of order", record)
            told[number].append(record)
        found = set()
        for number in sorted(told):
            history = told[number]
            first = history[0]
            row = self.row_of(first)
            if row is None or row["row"] in found:
                self.fault("a transaction of no request", first)
                continue
            found.add(row["row"])
            self.judge_transaction(row, history)
        for row in self.truth["rows"]:
            if row["row"] not in found and row["request"]["prefix"] >= row["head"]:
                self.fault("a request without a transaction", row)

    def row_of(self, record):
        key = (record["src"], record["src_port"], record["dst"], record["dst_port"],
               record["request_offset"])
        sent = nanoseconds(record["ts"])
        for row in self.rows[key]:
            if row["request"].get("first") == sent and row["uuid"] == record["uuid"]:
                return row
        return None

    def judge_transaction(self, row, history):
        last = history[-1]
        request = row["request"]
        if last["type"] != row["type"]:
            self.fault("a wrong type", last, row)
        if request["whole"]:
            transfer = request["delivered"] - request["first"]
            if last.get("request_transfer_ns") != (transfer if transfer >= 0 else None):
                if not request["murky"]:
                    self.fault("a wrong request_transfer_ns", last, row)
        elif "request_transfer_ns" in last:
            self.fault("a request_transfer_ns of a request that is not whole", last, row)
        if len(history) > 1:
            self.judge_late(row, history)
        if last["outcome"] == "unanswered":
            self.judge_unanswered(row, last)
        else:
            self.judge_answered(row, last)

    # Unanswered.

    def others(self, row):
        """Requests with the same uuid that came while this one may have waited."""
        return [
            other for other in self.reuses[row["connection"], row["direction"], row["uuid"]]
            if other is not row]

    def judge_unanswered(self, row, record):
        reason = record["unanswered"]
        request = row["request"]
        self.counts["unanswered " + reason] += 1
        if "quality" in record or "latency_ns" in record:
            self.fault("figures of an unanswered request", record)
        end = nanoseconds(record["ts_end"])
        if request["whole"] and not request["murky"]:
            # Between two settings of a clock lies no time that could be told.
            if not self.steps_after(request) and record.get("waited_ns") != max(
                    0, end - request["delivered"]):
                self.fault("a wrong waited_ns", record, row)
        ended, ended_at, _ = row["ended"]
        reused = bool(self.others(row))
        readable = [a for a in row["answers"] if a["prefix"] >= a.get("head", 1 << 60)]
        # A response whose request is complete much later is told as one that nobody asked for.
        readable = [
            a for a in readable if "first" not in a or not request["whole"]
            or request["delivered"] - a["first"] < ORPHANS]
        whole = [a for a in readable if a["whole"]]
        if row["one_sided"] != (reason == "one-sided"):
            self.fault("one-sided or not", record, row)
        if row["one_sided"]:
            return
        if reason == "superseded":
            if not reused:
                self.fault("superseded by nothing", record, row)
            return
        if readable and request["whole"] and not reused:
            murky = request["murky"] or all(a["murky"] for a in readable)
            stepped = self.truth["step"] is not None
            if whole and not murky and not stepped:
                self.fault("an answer that is whole was not found", record, row)
            elif not murky and reason != "timeout" and not stepped:
                self.fault("an answer that is there was not found", record, row)
            return
        if reason == "gap":
            return
        lost = [a for a in row["answers"] if a["prefix"] < a.get("head", 1 << 60)]
        if lost and not reused and reason not in ("timeout", "connection-reset"):
            self.fault("a reason other than gap where the answer was not captured", record, row)
        if reason == "timeout":
            if request["whole"] and record.get("waited_ns", self.timeout) != self.timeout:
                self.fault("a timeout that is not due", record, row)
        elif self.truth["step"] is None and request["whole"] and not self.is_replaced(row):
            waited = (ended_at or self.truth["last"]) - request["delivered"]
            if waited > self.timeout + 1_000_000 and not request["murky"]:
                self.fault("no timeout where one was due", record, row)
        if reason == "connection-closed" and self.is_replaced(row):
            return
        if reason not in ("timeout", ended):
            self.fault("a wrong reason", record, row)

    def is_replaced(self, row):
        """Whether another connection with the same ports came later."""
        return self.last_of_ports[tuple(row["ports"])] != row["connection"]

    def judge_late(self, row, history):
        first, last = history[0], history[-1]
        if len(history) != 2 or first["outcome"] != "unanswered" or last["outcome"] == "unanswered":
            self.fault("a strange revision", history, row)
            return
        self.counts["late"] += 1
        if first["unanswered"] not in ("timeout", "gap") or last["late"] is not True:
            self.fault("late, but not after a timeout", history, row)
        if row["request"]["whole"] and self.truth["step"] is None:
            if nanoseconds(first["ts_end"]) != row["request"]["delivered"] + self.timeout:
                self.fault("a timeout that is not due", history, row)
            # Bytes behind a hole are known when the hole is given up.
            if nanoseconds(last["ts_end"]) < nanoseconds(first["ts_end"]):
                if "gap" not in last.get("causes", []):
                    self.fault("late before its time", history, row)

    # Answered.

    def judge_answered(self, row, record):
        request = row["request"]
        quality = record.get("quality", "none")
        causes = set(record.get("causes", []))
        self.counts[quality] += 1
        for cause in causes:
            self.counts["cause " + cause] += 1
        if quality == "uncertain" and not causes:
            self.fault("uncertain without a cause", record)
        answer = None
        for candidate in row["answers"]:
            if candidate["prefix"] and candidate["offset"] == record["response_offset"]:
                answer = candidate
        if answer is None:
            self.judge_stranger(row, record, quality)
            return
        outcome = {"OK": "ok", "ERROR": "error"}.get(answer["status"], "unknown-status")
        if record["outcome"] != outcome or record["status"] != answer["status"]:
            self.fault("a wrong outcome", record, row)
        first = row["answers"][0]
        if answer is not first and first["prefix"] >= first.get("head", 1 << 60):
            if not self.others(row) and not first["murky"]:
                self.fault("the second answer", record, row)
        murky = request["murky"] or answer["murky"]
        if murky:
            self.counts["murky"] += 1
        stepped = self.stepped(row, answer)
        right = self.check_times(row, request, answer, record, murky, stepped)
        if not right:
            self.counts["uncertain and wrong"] += 1
            if quality != "uncertain":
                self.fault("silently wrong", record, row)
            elif not murky and not stepped:
                self.fault("wrong where it need not be", record, row)
        if "latency_ns" in record and not murky:
            self.check_quality(row, request, answer, record, quality, causes, stepped)
        if late_due(record, request, self.timeout) and record["revision"] == 0 and not stepped:
            if request["whole"] and not murky and self.truth["step"] is None:
                self.fault("no revision for a late answer", record, row)

    def steps_after(self, request):
        index = self.truth["step_index"]
        return index is not None and request["first_index"] < index

    def stepped(self, row, answer):
        index = self.truth["step_index"]
        if index is None or "known_index" not in row["request"] or "first_index" not in answer:
            return False
        known = answer.get("known_index", answer["first_index"])
        return row["request"]["first_index"] < index <= known

    def judge_stranger(self, row, record, quality):
        """Paired with a response that was not sent for this request."""
        key = (record["src"], record["src_port"], record["dst"], record["dst_port"],
               record["response_offset"])
        matching = [r for r in self.responses[key] if r["uuid"] == row["uuid"]]
        if not matching:
            self.fault("paired with what is no response to its uuid", record, row)
        elif self.is_hidden(row):
            # The capture lacks the request that the response belongs to.
            self.counts["another's answer, and nothing shows it"] += 1
        elif "uuid-reused" not in record.get("causes", []) and self.is_used_again(row):
            # Answered, then asked again: its second answer may pass for that of the next.
            self.counts["another's answer to a uuid used again"] += 1
        elif quality != "uncertain" and "uuid-reused" not in record.get("causes", []):
            self.fault("paired wrongly without a word", record, row)
        elif "uuid-reused" not in record["causes"]:
            self.fault("paired wrongly", record, row)
        else:
            self.counts["uncertain for another's answer"] += 1

    def is_used_again(self, row):
        """Whether an answer to a former request with this uuid was still to come, though that was
        answered by all that shows."""
        key = row["connection"], row["direction"], row["uuid"]
        return len(self.reuses[key]) > 1 and (
            any(len(r["answers"]) > 1 for r in self.reuses[key]) or bool(self.reuse(*key)))

    def is_hidden(self, row):
        """Whether a message with this uuid cannot be read, or only after a gap was given up."""
        family = self.reuses[row["connection"], row["direction"], row["uuid"]]
        return self.family_sizes[row["connection"], row["direction"], row["uuid"]] > len(family) or any(
            r["request"]["prefix"] < r["head"] or r["request"].get("after_gap")
            or any(a["prefix"] < a.get("head", 1 << 60) or a.get("after_gap") for a in r["answers"])
            for r in family)

    def check_times(self, row, request, answer, record, murky, stepped):
        expected = {}
        if request["whole"] and "first" in answer and not stepped:
            expected["latency_ns"] = max(0, answer["first"] - request["delivered"])
        if answer["whole"] and request["whole"] and not stepped:
            # Of a response that was over before its request, nothing is left to count.
            begin = max(answer["first"], request["delivered"])
            expected["response_transfer_ns"] = max(0, answer["delivered"] - begin)
            expected["duration_ns"] = (
                max(answer["delivered"], request["delivered"]) - request["first"])
        elif answer["whole"] and answer["delivered"] >= answer["first"]:
            expected["response_transfer_ns"] = answer["delivered"] - answer["first"]
        right = True
        for name, value in expected.items():
            if record.get(name) != value:
                right = False
        for name in ("latency_ns", "duration_ns"):
            if name in record and name not in expected and not stepped:
                right = False
        if "response_transfer_ns" in record and not answer["whole"]:
            right = False
        if "network_ns" in record:
            if record["network_ns"] + record["server_ns"] != record["latency_ns"]:
                right = False
            true = 2 * row["away"]
            off = record["network_ns"] - true
            if off < (-2_000_000 if self.truth["shuffled"] else 0):
                self.fault("a network_ns that no packet can have taken", record, row)
        if nanoseconds(record["ts"]) != request["first"]:
            right = False
        if answer["whole"] and nanoseconds(record["ts_end"]) != answer["delivered"]:
            right = False
        return right

    def check_quality(self, row, request, answer, record, quality, causes, stepped):
        must, may = set(), set()
        reused = self.others(row)
        if not answer["whole"]:
            must.add("snaplen" if self.truth["snaplen"] else "gap")
        elif not self.truth["snaplen"] and (request["behind"] or answer["behind"]):
            must.add("gap")
        if request.get("perhaps_behind") or answer.get("perhaps_behind") or (
                not answer["whole"]):
            may |= {"gap", "snaplen"}
        if request.get("joined") or answer.get("joined"):
            must.add("joined-midstream")
        if answer["early"]:
            must.add("reordered" if answer["request_acknowledged"] else "early-response")
        if stepped:
            must.add("clock-step")
            may |= {"early-response", "reordered"}
        if self.is_hidden(row):
            may.add("uuid-reused")
        elif row["row"] in self.reuse(row["connection"], row["direction"], row["uuid"]):
            must.add("uuid-reused")
        elif reused:
            may.add("uuid-reused")
        uncertain = (must & UNCERTAIN) or answer["early"]
        if not must <= causes:
            self.fault("a cause is lacking", sorted(must - causes), record, row, reused)
        needless = (causes & UNCERTAIN) - must - may
        if needless:
            self.fault("a needless cause", sorted(needless), record, row)
        if uncertain and quality != "uncertain":
            self.fault("not uncertain", sorted(must), record, row)
        if quality == "uncertain" and not uncertain and not causes & may:
            self.fault("needlessly uncertain", record, row)
        if request["disordered"] or answer.get("disordered"):
            if not causes & {"reordered", "retransmitted"} and not answer.get("behind"):
                self.fault("disorder that is not told", record, row)
        if answer["repeated"] and "retransmitted" not in causes:
            self.fault("a retransmission that is not told", record, row)
        if "retransmitted" in causes and not answer["resent"] and not self.truth["shuffled"]:
            self.fault("a retransmission that was none", record, row)
        if "zero-window" in causes or "kernel-drop" in causes:
            self.fault("a cause that the capture has not", record, row)
        if quality == "exact" and (causes or answer["repeated"]):
            self.fault("exact with a cause", record, row)

    def reuse(self, connection, direction, uuid):
        """The rows of this uuid that came while another was outstanding, by the contract's rules."""
        events = []
        for row in self.reuses[connection, direction, uuid]:
            request = row["request"]
            if "known_index" in request:
                events.append((request["known_index"], request["offset"], 0, row))
            for answer in row["answers"]:
                known = answer.get("known_index", answer.get("first_index"))
                if answer["prefix"] and known is not None:
                    events.append((known, answer["offset"], 1, row))
        pending, reused, early = None, set(), set()
        for _, _, kind, row in sorted(events, key=lambda event: event[:3]):
            if kind == 0:
                if pending is not None:
                    reused.add(row["row"])
                pending = None if row["row"] in early else row
            else:
                if pending is None:
                    early.add(row["row"])
                pending = None
        return reused


def late_due(record, request, timeout):
    return request["whole"] and nanoseconds(record["ts_end"]) >= request["delivered"] + timeout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("truth")
    parser.add_argument("records")
    parser.add_argument("--show", type=int, default=3)
    options = parser.parse_args()
    with open(options.truth) as file:
        judge = Judge(json.load(file), options.show)
    with open(options.records) as file:
        judge.judge(json.loads(line) for line in file)
    for name, count in sorted(judge.counts.items()):
        print(f"{count:8} {name}")
    for name, count in sorted(judge.faults.items()):
        print(f"{count:8} WRONG: {name}")
    print("all right" if not judge.faults else "not right")
    sys.exit(1 if judge.faults else 0)


main()
