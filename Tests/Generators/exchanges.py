#!/usr/bin/env python3
"""Conversations of two TCP endpoints that speak ControlProtocol, as a tap between them captures
them, with what a perfect observer knows of each transaction.

    exchanges.py CAPTURE TRUTH [--seed N] [--requests N] [--OPTION VALUE]...

The endpoints are simulated: segments take their time, get lost before or behind the tap, overtake
one another, are acknowledged and sent again; the applications ask in both directions, in pipelines,
answer late, twice, early, to nobody, or never, and use uuids again. Then the capture has its own
troubles: packets it lacks, shows twice, shows in another order, cuts short, or stamps after its
clock was set back.

The truth knows nothing of any reader: a byte's times come from the packets that carry it, byte by
byte, a response's request from the application that answered it. Which words a reader has for it is
in the contract that `judge.py` holds it to.
"""

import argparse
import bisect
import heapq
import json
import random
import struct

MILLISECOND = 1_000_000
SECOND = 1_000_000_000
TYPES = ["room.create", "room.close", "peer.join", "transport.connect", "stats.get", "x"]


class Message:
    def __init__(self, side, kind, text, offset, uuid=None, head=0):
        self.side, self.kind, self.uuid, self.head = side, kind, uuid, head
        self.offset, self.length = offset, len(text)
        self.status = None
        self.request = None
        self.index = None
        self.answers = []


class End:
    """One side of a connection: what it sent, what was acknowledged, what it has of the peer's."""

    def __init__(self, initial):
        self.initial = initial
        self.stream = bytearray()
        self.acknowledged = 0
        self.seen = 0
        self.waiting = {}
        self.messages = []
        self.handled = 0
        self.ended = None
        self.sent = 0


class Connection:
    """Two endpoints and the way between them, from the SYN to the end."""

    def __init__(self, world, number, ports, start, random_source, initials=None):
        self.world, self.number, self.ports, self.start = world, number, ports, start
        self.random = random_source
        option = world.options
        pick = self.random
        self.away = [pick.choice([5_000, 200_000, 2 * MILLISECOND, 10 * MILLISECOND]),
                     pick.choice([5_000, 200_000, 2 * MILLISECOND, 10 * MILLISECOND])]
        if initials is None:
            initials = [pick.getrandbits(32), pick.getrandbits(32)]
            if pick.random() < option.wrap:
                initials = [(1 << 32) - pick.randrange(1, 20_000) for _ in range(2)]
        self.ends = [End(initials[0]), End(initials[1])]
        self.maximum = pick.choice([100, 536, 1448, 1448, 1448])
        self.events = []
        self.count = 0
        self.now = start
        self.packets = []
        self.requests = []
        self.outstanding = 0
        self.over = None
        self.resent = [[], []]
        self.closing = None
        self.uuids = [pick.randrange(1, 900_000_000), pick.randrange(1, 900_000_000)]
        if pick.random() < 0.3:
            self.uuids[1] = self.uuids[0]
        self.identification = 0

    # Time.

    def at(self, time, action, *arguments):
        self.count += 1
        heapq.heappush(self.events, (time, self.count, action, arguments))

    def run(self):
        while self.events and self.over is None:
            self.now, _, action, arguments = heapq.heappop(self.events)
            action(*arguments)

    # The way.

    def transmit(self, side, sequence, flags, payload=b"", is_again=False, handshake=False):
        option = self.world.options
        pick = self.random
        self.identification = (self.identification + 1) & 0xFFFF
        end, peer = self.ends[side], self.ends[1 - side]
        acknowledgment = None
        if flags & 0x10:
            acknowledgment = peer.initial + 1 + peer_seen(end)
            if end.peer_finished:
                acknowledgment += 1
        packet = {
            "side": side, "sequence": sequence, "acknowledgment": acknowledgment, "flags": flags,
            "payload": payload, "identification": self.identification, "again": is_again,
            "handshake": handshake,
        }
        time = self.now + self.away[side]
        lossy = not handshake and len(payload) > 0
        if lossy and pick.random() < option.lose / 2:
            return
        if lossy and pick.random() < option.overtake:
            time += pick.randrange(10_000, 900_000)
        packet["time"] = time
        self.packets.append(packet)
        if lossy and pick.random() < option.lose / 2:
            return
        self.at(time + self.away[1 - side], self.arrive, packet)

    def arrive(self, packet):
        side = packet["side"]
        sender, receiver = self.ends[side], self.ends[1 - side]
        if packet["flags"] & 0x04:
            self.over = "reset"
            return
        if packet["acknowledgment"] is not None:
            reached = packet["acknowledgment"] - receiver.initial - 1
            receiver.acknowledged = max(receiver.acknowledged, reached)
        if packet["handshake"]:
            return
        offset = packet["sequence"] - sender.initial - 1
        if packet["payload"]:
            end = offset + len(packet["payload"])
            if end > receiver.seen:
                receiver.waiting[offset] = max(receiver.waiting.get(offset, 0), end)
            moved = True
            while moved:
                moved = False
                for begin in sorted(receiver.waiting):
                    if begin <= receiver.seen:
                        if receiver.waiting[begin] > receiver.seen:
                            receiver.seen = receiver.waiting[begin]
                            moved = True
                        del receiver.waiting[begin]
        if packet["flags"] & 0x01:
            receiver.peer_ended = offset + len(packet["payload"])
        if receiver.peer_ended is not None and receiver.seen >= receiver.peer_ended:
            if not receiver.peer_finished:
                receiver.peer_finished = True
                self.at(self.now + 50_000, self.close, 1 - side)
        if packet["payload"] or packet["flags"] & 0x01:
            self.transmit(1 - side, self.next_sequence(1 - side), 0x10)
        self.read(1 - side)

    def next_sequence(self, side):
        end = self.ends[side]
        return end.initial + 1 + end.sent + (1 if end.ended is not None else 0)

    def push(self, side, begin, end):
        """Sends what was written, in segments."""
        pick = self.random
        own = self.ends[side]
        while begin < end:
            size = min(end - begin, self.maximum)
            if pick.random() < self.world.options.split:
                size = pick.randrange(1, size + 1)
            own.sent = max(own.sent, begin + size)
            self.segment(side, begin, begin + size, 0)
            begin += size

    def segment(self, side, begin, end, tries):
        own = self.ends[side]
        if tries:
            self.resent[side].append((begin, end))
        self.transmit(side, own.initial + 1 + begin, 0x18, bytes(own.stream[begin:end]), tries > 0)
        patience = 2 * sum(self.away) + 200 * MILLISECOND
        self.at(self.now + (patience << min(tries, 4)), self.look, side, begin, end, tries)

    def look(self, side, begin, end, tries):
        """Sends a segment again that was not acknowledged in time, perhaps cut otherwise."""
        own = self.ends[side]
        if own.acknowledged >= end:
            return
        begin = max(begin, own.acknowledged)
        if self.random.random() < 0.2:
            more = min(own.sent, begin + self.maximum)
            end = max(end, more) if more - begin <= self.maximum else end
        self.segment(side, begin, end, tries + 1)

    # The applications.

    def write(self, side, text):
        own = self.ends[side]
        begin = len(own.stream)
        own.stream += text
        self.push(side, begin, len(own.stream))

    def message(self, side, kind, text, uuid=None, head=0):
        own = self.ends[side]
        made = Message(side, kind, text, len(own.stream), uuid, head)
        own.messages.append(made)
        return made

    def body(self):
        pick = self.random
        size = pick.choice([0, 20, 60, 200, 200, 1500]) if pick.random() < 0.97 else 9_000
        lines = b""
        while len(lines) < size:
            key = pick.choice([b"name", b"peer", b"note"])
            lines += key + str(len(lines)).encode() + b": " + b"v" * pick.randrange(1, 90) + b"\r\n"
        return lines + b"\r\n"

    def ask(self, side, reuse=None):
        """One request: how it will be answered is decided with it."""
        if self.over is not None or self.ends[side].ended is not None:
            return b""
        option, pick = self.world.options, self.random
        if reuse is not None:
            uuid = reuse
        else:
            self.uuids[side] += 1
            if option.uuid_space:
                self.uuids[side] %= option.uuid_space
            uuid = self.uuids[side]
        kind = pick.choice(TYPES)
        head = b"Request %s\r\n%d\r\n" % (kind.encode(), uuid)
        text = head + self.body()
        asked = self.message(side, "request", text, uuid, len(head))
        asked.type = kind
        asked.index = len(self.requests)
        asked.early = False
        chance = pick.random()
        asked.fate = "answer"
        if chance < option.unanswered:
            asked.fate = "never"
        elif chance < option.unanswered + option.late:
            asked.fate = "late"
        elif chance < option.unanswered + option.late + option.twice:
            asked.fate = "twice"
        elif chance < option.unanswered + option.late + option.twice + option.reuse:
            asked.fate = "reused"
        self.requests.append(asked)
        self.ends[side].stream += text
        return text

    def burst(self, side, count):
        """Some requests in one write."""
        own = self.ends[side]
        if self.over is not None or own.ended is not None:
            return
        option, pick = self.world.options, self.random
        begin = len(own.stream)
        for _ in range(count):
            if pick.random() < option.notify:
                text = b"Notification tick\r\n" + b"n: 1\r\n\r\n"
                self.message(side, "notification", text, None, len(text))
                own.stream += text
            self.ask(side)
        if not own.messages:
            return
        last = own.messages[-1]
        if count == 1 and last.kind == "request" and pick.random() < option.early:
            # The rest of the request is written after the answer.
            last.early = True
            pause = pick.randrange(3, 9) * MILLISECOND + 2 * sum(self.away)
            cut = last.offset + last.head
            self.push(side, begin, cut)
            held = own.early_until = self.now + pause
            self.at(held, self.push, side, cut, len(own.stream))
        elif pick.random() < option.pieces:
            cut = pick.randrange(begin, len(own.stream)) if len(own.stream) > begin + 1 else begin
            self.push(side, begin, cut)
            held = own.early_until = self.now + pick.randrange(1, 4) * MILLISECOND
            self.at(held, self.push, side, cut, len(own.stream))
        else:
            self.push(side, begin, len(own.stream))

    def read(self, side):
        """An application takes the requests that its peer's bytes complete."""
        option, pick = self.world.options, self.random
        own, peer = self.ends[side], self.ends[1 - side]
        while own.handled < len(peer.messages):
            message = peer.messages[own.handled]
            early = message.kind == "request" and message.early
            need = message.offset + (message.head if early else message.length)
            if own.seen < need:
                return
            own.handled += 1
            if message.kind != "request":
                continue
            pause = int(pick.lognormvariate(0, 1.2) * option.service)
            if early:
                pause = pick.randrange(10_000, 500_000)
            if message.fate == "never":
                continue
            if message.fate == "late":
                pause = int(option.timeout * SECOND * pick.uniform(1.05, 1.6))
            self.at(self.now + pause, self.answer, side, message)
            if message.fate == "twice":
                self.at(self.now + pause + pick.randrange(1, 400) * MILLISECOND, self.answer,
                        side, message)
            if message.fate == "reused":
                # Asked again with the same uuid while the first is outstanding.
                self.at(self.now + pause // 2, self.ask_again, 1 - side, message.uuid)

    def ask_again(self, side, uuid):
        own = self.ends[side]
        if self.over is not None or own.ended is not None or self.now < own.early_until:
            return
        begin = len(own.stream)
        self.ask(side, uuid)
        self.requests[-1].fate = "answer"
        self.push(side, begin, len(own.stream))

    def answer(self, side, request):
        own = self.ends[side]
        if self.over is not None or own.ended is not None:
            return
        if self.now < own.early_until:
            self.at(own.early_until + 1000, self.answer, side, request)
            return
        pick = self.random
        chance = pick.random()
        status, fields = b"OK", b""
        if chance < 0.05:
            status, fields = b"ERROR", b"code: %d\r\n" % pick.randrange(400, 410)
            if pick.random() < 0.5:
                fields += b"reason: not now\r\n"
        elif chance < 0.06:
            status = b"MAYBE"
        head = b"Response %s\r\n%d %s\r\n" % (request.type.encode(), request.uuid, status)
        text = head + fields + self.body()
        answered = self.message(side, "response", text, request.uuid, len(head))
        answered.status = status.decode()
        answered.request = request
        request.answers.append(answered)
        self.write(side, text)

    def nobody(self, side):
        """A response that nobody asked for."""
        own = self.ends[side]
        if self.over is not None or own.ended is not None or self.now < own.early_until:
            return
        uuid = self.random.randrange(950_000_000, 999_999_999)
        head = b"Response x\r\n%d OK\r\n" % uuid
        text = head + b"\r\n"
        stray = self.message(side, "response", text, uuid, len(head))
        stray.status = "OK"
        self.write(side, text)

    def close(self, side):
        own = self.ends[side]
        if own.ended is not None or self.over is not None:
            return
        if self.now < own.early_until:
            self.at(own.early_until + 1000, self.close, side)
            return
        if own.acknowledged < len(own.stream):
            # Not while something is on the way: a FIN with nothing behind it is simple to time.
            self.at(self.now + 20 * MILLISECOND, self.close, side)
            return
        sequence = own.initial + 1 + len(own.stream)
        self.transmit(side, sequence, 0x11, handshake=False)
        own.ended = self.now

    def reset(self, side):
        if self.over is None:
            self.transmit(side, self.next_sequence(side), 0x14)

    # The plan.

    def plan(self, count):
        option, pick = self.world.options, self.random
        client, server = self.ends
        self.transmit(0, client.initial, 0x02, handshake=True)
        opened = 2 * sum(self.away)
        self.at(self.start + sum(self.away), self.transmit, 1, server.initial, 0x12, b"", False, True)
        self.at(self.start + opened, self.transmit, 0, client.initial + 1, 0x10, b"", False, True)
        time = self.start + opened + pick.randrange(1_000, 5 * MILLISECOND)
        deep = pick.random() < option.deep
        while count > 0:
            side = 1 if pick.random() < option.both else 0
            size = min(count, pick.choice([1, 1, 1, 2, 3, 8, 20]) if not deep else 2500)
            self.at(time, self.burst_when_free, side, size)
            if pick.random() < option.orphan:
                self.at(time + 1, self.nobody, 1 - side)
            count -= size
            time += int(pick.expovariate(1) * option.think) + 1
        end = time + pick.choice([0, 100, 700]) * MILLISECOND
        self.closing = pick.choices(["fin", "reset", "open"], [8, 1, 1])[0]
        if self.closing == "fin":
            self.at(end, self.close, 0)
        elif self.closing == "reset":
            self.at(end, self.reset, pick.choice([0, 1]))
        else:
            self.at(end, self.stop)

    def burst_when_free(self, side, count):
        own = self.ends[side]
        if self.now < own.early_until:
            self.at(own.early_until + 1000, self.burst_when_free, side, count)
        else:
            self.burst(side, count)

    def stop(self):
        self.over = "capture"


def peer_seen(end):
    return end.seen


End.peer_ended = None
End.peer_finished = False
End.early_until = 0


class World:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.connections = []

    def run(self):
        option, pick = self.options, self.random
        left, number, start = option.requests, 0, 1_700_000_000 * SECOND
        while left > 0:
            count = min(left, pick.choice([1, 5, 20, 60, 200]))
            if pick.random() < option.deep:
                count = min(left, 3000)
            left -= count
            begin = start + pick.randrange(0, option.ramp * SECOND + 1)
            ports = (20_000 + number % 40_000, 4080, 0x0A000001 + number // 40_000)
            made = Connection(self, number, ports, begin, random.Random(pick.getrandbits(64)))
            number += 1
            made.plan(count)
            made.run()
            self.connections.append(made)
            if made.packets and pick.random() < option.again and left > 0:
                # The same ports once more, a while after the first connection ended.
                last = max(packet["time"] for packet in made.packets)
                more = min(left, 5)
                left -= more
                second = Connection(
                    self, number, ports, last + pick.choice([1, 400]) * MILLISECOND,
                    random.Random(pick.getrandbits(64)),
                    [made.ends[side].initial + 200_000_000 for side in (0, 1)])
                second.plan(more)
                second.run()
                number += 1
                self.connections.append(second)

    # The tap.

    def capture(self):
        option, pick = self.options, self.random
        captured = []
        first = min(p["time"] for c in self.connections for p in c.packets)
        begin = first + int(option.midstream * SECOND)
        for connection in self.connections:
            one_sided = pick.random() < option.one_sided
            hidden = pick.randrange(2)
            for packet in connection.packets:
                if packet["time"] < begin or one_sided and packet["side"] == hidden:
                    continue
                if pick.random() < option.drop:
                    continue
                time = packet["time"]
                if not packet["handshake"] and pick.random() < option.shuffle:
                    time += pick.randrange(1_000, 2 * MILLISECOND)
                captured.append((time, len(captured), connection, packet, 64))
                if pick.random() < option.double:
                    copy = time + pick.randrange(0, 3 * MILLISECOND)
                    captured.append((copy, len(captured), connection, packet, 63))
        captured.sort(key=lambda entry: entry[:2])
        times = [entry[0] for entry in captured]
        if option.swap:
            for index in range(len(captured) - 1):
                if times[index + 1] - times[index] < MILLISECOND and pick.random() < option.swap:
                    captured[index], captured[index + 1] = captured[index + 1], captured[index]
                    times[index], times[index + 1] = times[index + 1], times[index]
        if option.step:
            place = int(len(captured) * option.step)
            for index in range(place, len(captured)):
                times[index] -= 3600 * SECOND
            self.step_index = place
        else:
            self.step_index = None
        return [(times[index],) + entry[2:] for index, entry in enumerate(captured)]


def frame_of(connection, packet, hops):
    client, server, address = connection.ports
    side = packet["side"]
    ends = [(address, client), (0x0A800001, server)]
    source, destination = ends[side], ends[1 - side]
    options = b"\x02\x04\x05\xb4\x01\x03\x03\x07" if packet["flags"] & 0x02 else b""
    tcp = struct.pack(
        ">HHIIBBHHH", source[1], destination[1], packet["sequence"] & 0xFFFFFFFF,
        (packet["acknowledgment"] or 0) & 0xFFFFFFFF, (20 + len(options)) << 2, packet["flags"],
        0xFFFF, 0, 0) + options + packet["payload"]
    ip = struct.pack(
        ">BBHHHBBHII", 0x45, 0, 20 + len(tcp), packet["identification"], 0x4000, hops, 6, 0,
        source[0], destination[0])
    return b"\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00" + ip + tcp


class StreamTruth:
    """When each byte of one direction was captured first."""

    def __init__(self, length):
        self.covered = bytearray(length)
        self.runs = []
        self.packets = []
        self.repeats = []
        self.syn = False
        self.origin = None
        self.any = False

    def take(self, begin, end, time, index, is_again):
        self.packets.append((begin, end, time, index))
        position = begin
        while position < end:
            if self.covered[position]:
                stop = self.covered.find(0, position, end)
                stop = end if stop < 0 else stop
                self.repeats.append((position, stop, index))
            else:
                stop = self.covered.find(1, position, end)
                stop = end if stop < 0 else stop
                self.runs.append((position, stop, time, index))
                self.covered[position:stop] = b"\x01" * (stop - position)
            position = stop

    def finish(self, step):
        """`step` is the packet with which the clock begins anew: what came before has no time there."""
        self.runs.sort()
        self.starts = [run[0] for run in self.runs]
        self.latest, self.last_index = [], []
        time = index = -1
        for run in self.runs:
            if run[0] >= (self.origin or 0):
                if step is not None and index < step <= run[3]:
                    time = -1
                time, index = max(time, run[2]), max(index, run[3])
            self.latest.append(time)
            self.last_index.append(index)

    def run(self, offset):
        place = bisect.bisect_right(self.starts, offset) - 1
        if place < 0 or self.runs[place][1] <= offset:
            return None
        return place

    def missing_before(self, offset):
        """The end of the last byte before `offset` that no packet carried, and where it began."""
        end = self.covered.rfind(0, self.origin or 0, offset)
        return None if end < 0 else end + 1


def truth_of(world, captured):
    option = world.options
    streams = {}
    acknowledgments = {}
    for connection in world.connections:
        for side in (0, 1):
            streams[connection.number, side] = StreamTruth(len(connection.ends[side].stream))
            acknowledgments[connection.number, side] = []
    last_time = captured[-1][0] if captured else 0
    for time, _, _, _ in captured:
        last_time = max(last_time, time) if world.step_index is None else captured[-1][0]
    end_of = {}
    seen = set()
    for index, (time, connection, packet, _) in enumerate(captured):
        side = packet["side"]
        stream = streams[connection.number, side]
        if packet["flags"] & 0x04:
            end_of.setdefault(connection.number, ("connection-reset", time, index))
        if end_of.get(connection.number, ("",))[0] == "connection-reset":
            continue
        if packet["flags"] & 0x01:
            end_of.setdefault((connection.number, side), ("connection-closed", time, index))
        offset = packet["sequence"] - connection.ends[side].initial - 1
        if packet["flags"] & 0x02:
            stream.syn, stream.origin = True, 0
        elif stream.origin is None:
            stream.origin = max(offset, 0)
        stream.any = True
        if packet["acknowledgment"] is not None:
            reached = packet["acknowledgment"] - connection.ends[1 - side].initial - 1
            acknowledgments[connection.number, 1 - side].append((index, reached, time))
        size = len(packet["payload"])
        if option.snaplen:
            size = max(0, min(size, option.snaplen - 54))
        if size and id(packet) not in seen:
            stream.take(offset, offset + size, time, index, packet["again"])
        seen.add(id(packet))
    rows = []
    for connection in world.connections:
        for side in (0, 1):
            stream = streams[connection.number, side]
            stream.finish(world.step_index)
        facts = {}
        for side in (0, 1):
            stream = streams[connection.number, side]
            acks = acknowledgments[connection.number, side]
            ack_indices = [entry[0] for entry in acks]
            highest, reached = [], 0
            for entry in acks:
                reached = max(reached, entry[1])
                highest.append(reached)
            first_told = None
            for message in connection.ends[side].messages:
                fact = facts[id(message)] = {}
                begin, end = message.offset, message.offset + message.length
                fact["offset"] = begin - (stream.origin or 0)
                if stream.origin is None or begin < stream.origin:
                    fact["prefix"] = 0
                    continue
                hole = stream.covered.find(0, begin, end)
                fact["prefix"] = (end if hole < 0 else hole) - begin
                fact["whole"] = hole < 0
                start = stream.run(begin)
                if start is not None:
                    fact["first"] = stream.runs[start][2]
                    fact["first_index"] = stream.runs[start][3]
                if fact["whole"]:
                    last = stream.run(end - 1)
                    fact["delivered"] = stream.latest[last]
                    fact["known_index"] = stream.last_index[last]
                    own = [run for run in stream.runs[start:last + 1]]
                    arrival = max(run[3] for run in own)
                    order = [run[3] for run in own]
                    fact["own_time"] = max(run[2] for run in own)
                    fact["disordered"] = (
                        order != sorted(order) or stream.last_index[last] > stream.runs[last][3])
                    fact["behind"] = False
                    gap = stream.missing_before(begin)
                    fact["after_gap"] = gap is not None
                    if gap is not None:
                        place = bisect.bisect_left(ack_indices, stream.runs[last][3])
                        covered = place > 0 and highest[place - 1] >= gap
                        fact["behind"] = not covered
                        # An ACK of the same moment may be on either side of it.
                        fact["perhaps_behind"] = not covered or any(
                            acks[k][2] >= stream.runs[last][2] and acks[k][1] >= gap
                            for k in range(max(0, place - 40), place))
                if fact["prefix"] >= message.head and first_told is None:
                    first_told = message
                    fact["joined"] = not stream.syn
                if start is not None:
                    place = bisect.bisect_right(ack_indices, fact["first_index"])
                    fact["unacknowledged"] = highest[place - 1] if place else 0
                # A byte that an ACK covered long before the capture showed it is given up by then.
                fact["murky"] = False
                if start is not None:
                    last = stream.run(end - 1) if fact["whole"] else start
                    for run in stream.runs[max(0, start - 40):last + 1]:
                        early = bisect.bisect_left(ack_indices, run[3])
                        if early and highest[early - 1] > run[0]:
                            fact["murky"] = True
        for request in connection.requests:
            side = request.side
            asking = streams[connection.number, side]
            answering = streams[connection.number, 1 - side]
            fact = facts[id(request)]
            if fact["prefix"] == 0:
                continue
            row = {
                "connection": connection.number, "ports": list(connection.ports),
                "direction": side, "uuid": request.uuid, "type": request.type,
                "fate": request.fate, "head": request.head, "request": fact,
                "one_sided": not answering.any, "away": connection.away[1 - side],
                "handshake": asking.syn and answering.syn, "answers": [],
                "ended": min(
                    [list(end_of[key]) for key in (connection.number, (connection.number, 1 - side))
                     if key in end_of], key=lambda end: end[2],
                    default=["capture-ended", None, None]),
            }
            for answer in request.answers:
                told = facts[id(answer)]
                if told["prefix"] == 0:
                    row["answers"].append({"prefix": 0})
                    continue
                entry = dict(told)
                entry["head"], entry["status"] = answer.head, answer.status
                if "first" in told and fact.get("whole"):
                    entry["early"] = told["first"] < fact["delivered"]
                    acks = [
                        e[1] for e in acknowledgments[connection.number, side]
                        if e[0] <= told["first_index"]]
                    entry["request_acknowledged"] = (
                        max(acks, default=0) >= request.offset + request.length)
                    known = told.get("known_index", told["first_index"])
                    low = fact["unacknowledged"]
                    high = request.offset + request.length
                    answer_low = told["unacknowledged"]
                    answer_high = answer.offset + answer.length
                    entry["repeated"] = any(
                        b < high and e > low and i <= max(known, fact["known_index"])
                        for b, e, i in asking.repeats) or any(
                        b < answer_high and e > answer_low and i <= max(known, fact["known_index"])
                        for b, e, i in answering.repeats)
                    entry["resent"] = any(
                        b < high and e > low for b, e in connection.resent[side]) or any(
                        b < answer_high and e > answer_low
                        for b, e in connection.resent[1 - side])
                row["answers"].append(entry)
            rows.append(row)
    strays = []
    for connection in world.connections:
        for side in (0, 1):
            stream = streams[connection.number, side]
            for message in connection.ends[side].messages:
                if message.kind == "response":
                    origin = stream.origin or 0
                    strays.append({
                        "connection": connection.number, "ports": list(connection.ports),
                        "side": side, "offset": message.offset - origin, "uuid": message.uuid,
                        "request": None if message.request is None else
                        [message.request.index], "status": message.status,
                        "starts": min((p["time"] for p in connection.packets), default=0)})
    return {
        "timeout": option.timeout * SECOND, "last": last_time, "rows": rows, "responses": strays,
        "step": captured[world.step_index][0] if world.step_index is not None else None,
        "step_before": captured[world.step_index - 1][0] if world.step_index else None,
        "step_index": world.step_index,
        "requests": [
            [c.number, request.side, request.uuid] for c in world.connections
            for request in c.requests],
        "connections": [list(c.ports) for c in world.connections], "seed": option.seed, "packets": len(captured), "shuffled": option.shuffle > 0,
        "snaplen": option.snaplen,
    }


def write(path, captured, snaplen):
    limit = snaplen or 262_144
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, limit, 1))
        for time, connection, packet, hops in captured:
            frame = frame_of(connection, packet, hops)
            kept = frame[:limit]
            file.write(struct.pack(
                "<IIII", time // SECOND, time % SECOND, len(kept), len(frame)) + kept)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture")
    parser.add_argument("truth")
    whole = {"seed": 1, "requests": 2000, "uuid-space": 0, "snaplen": 0, "ramp": 5}
    share = {
        # Of segments on the wire: lost, overtaken, cut into smaller ones.
        "lose": 0, "overtake": 0, "split": 0.05,
        # Of requests: never answered, answered late, twice, used again, early, in pieces.
        "unanswered": 0.01, "late": 0.01, "twice": 0.01, "reuse": 0.01, "early": 0.03,
        "pieces": 0.05, "both": 0.3, "notify": 0.1, "orphan": 0.01,
        # Of connections: deep pipelines, ports used again, sequence numbers that wrap.
        "deep": 0.02, "again": 0.1, "wrap": 0.2,
        # Of captured packets: lacking, shown twice, shown late, shown before the one before.
        "drop": 0, "double": 0, "shuffle": 0, "swap": 0,
        # Of connections: only one direction captured. Seconds after which the capture begins. At
        # which part of the capture the clock goes back.
        "one-sided": 0, "midstream": 0, "step": 0,
        # Seconds; nanoseconds.
        "timeout": 2, "service": 2_000_000, "think": 20_000_000,
    }
    for name, value in whole.items():
        parser.add_argument("--" + name, type=int, default=value)
    for name, value in share.items():
        parser.add_argument("--" + name, type=float, default=value)
    return parser.parse_args()


def main():
    options = parse()
    world = World(options)
    world.run()
    captured = world.capture()
    write(options.capture, captured, options.snaplen)
    with open(options.truth, "w") as file:
        json.dump(truth_of(world, captured), file)


main()
