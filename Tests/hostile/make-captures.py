#!/usr/bin/env python3
"""Makes captures that try to exhaust a reader's memory or time: make-captures.py NAME [SCALE].

Writes the capture to standard output, so that the large ones need not be stored; at scale 1 they are
what a reader must survive. Without a name it lists them. measure.py beside it gives a table.
"""
import struct
import sys


def ipv4(payload, source, destination, protocol=6, identification=0, fragmentation=0):
    return struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), identification & 0xffff,
                       fragmentation, 64, protocol, 0, source, destination) + payload


def tcp(sport, dport, seq, ack, flags, payload=b''):
    return struct.pack('>HHIIBBHHH', sport, dport, seq & 0xffffffff, ack & 0xffffffff, 0x50, flags,
                       65535, 0, 0) + payload


def address(number):
    return struct.pack('>I', 0x0a000000 + number)


CLIENT, SERVER = address(1), address(2)


def segment(seq, payload, client=CLIENT, sport=40000, flags=0x18, ack=1, identification=0):
    return ipv4(tcp(sport, 4080, seq, ack, flags, payload), client, SERVER,
                identification=identification)


class Pcap:
    def __init__(self, file):
        self.file = file
        self.file.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 262144, 228))
        self.time = 1_700_000_000_000_000_000

    def put(self, datagram, step=1000):
        self.time += step
        self.file.write(struct.pack('<IIII', self.time // 10**9, self.time % 10**9,
                                    len(datagram), len(datagram)) + datagram)


def normal(out, n):
    """A busy server: 200 connections, each asking in its turn; messages of four parameters, nine in ten packets."""
    names = (b'roomId', b'peerId', b'transportId', b'kind')
    values = [('%s-%08d-%s' % (name.decode(), 7919 * n, 'abcdefgh' * 2)).encode() for n, name in enumerate(names)]
    body = b''.join(b'%s: %s\r\n' % pair for pair in zip(names, values)) + b'\r\n'
    next = [[1, 1] for _ in range(200)]
    number = packets = 0
    while packets < n:
        connection = number % 200
        client = address(connection + 3)
        cseq, sseq = next[connection]
        data = b'Request room.create\r\n%d\r\n' % (number % 10**9) + body
        answer = b'Response room.create\r\n%d OK\r\n' % (number % 10**9) + body
        # Most acknowledgements travel with messages.
        out.put(segment(cseq, data, client=client, ack=sseq, identification=packets))
        cseq += len(data)
        out.put(ipv4(tcp(4080, 40000, sseq, cseq, 0x18, answer), SERVER, client,
                     identification=packets + 1))
        sseq += len(answer)
        packets += 2
        if number % 4 == 3:
            out.put(segment(cseq, b'', client=client, flags=0x10, ack=sseq, identification=packets))
            packets += 1
        number += 1
        next[connection] = [cseq, sseq]


def half_open(out, n):
    for number in range(n):
        out.put(segment(number * 7919, b'', client=address(number // 50000 + 3),
                        sport=1024 + number % 50000, flags=2))


def behind_holes(out, n):
    """A megabyte behind a hole in each stream, one stream after the other."""
    data = b'x' * 1400
    for stream in range(n):
        client = address(stream + 3)
        out.put(segment(0, b'', client=client, flags=2))
        for part in range(740):
            out.put(segment(11 + 1400 * part, data, client=client, identification=part))


def behind_holes_together(out, n):
    """The same, all streams at once."""
    data = b'x' * 1400
    for stream in range(n):
        out.put(segment(0, b'', client=address(stream + 3), flags=2))
    for part in range(740):
        for stream in range(n):
            out.put(segment(11 + 1400 * part, data, client=address(stream + 3),
                            identification=part))


def backwards(out, n):
    out.put(segment(0, b'', flags=2))
    for place in range(n, 0, -1):
        out.put(segment(1 + place, b'x', identification=place))


def every_second(out, n):
    out.put(segment(0, b'', flags=2))
    for place in range(n):
        out.put(segment(2 + 2 * place, b'x', identification=place))


def gigabyte_ahead(out, n):
    for stream in range(n):
        client = address(stream + 3)
        out.put(segment(0, b'', client=client, flags=2))
        out.put(segment(1 + (1 << 30) - 1, b'x', client=client))
        out.put(ipv4(tcp(4080, 40000, 1, 1 << 30, 0x10), SERVER, client))


def unfinished(out, n):
    for stream in range(n):
        client = address(stream + 3)
        out.put(segment(0, b'', client=client, flags=2))
        out.put(segment(1, b'Request room.create\r\n%d\r\nname: some' % (stream % 10**9),
                        client=client))


def reused(out, n):
    for turn in range(n):
        seq = turn * 100_000_007
        out.put(segment(seq, b'', flags=2, identification=turn))
        out.put(segment(seq + 1, b'Request a\r\n1\r\n\r\n', identification=turn + 1))


def orphans(out, n):
    for number in range(n):
        out.put(ipv4(b'y' * 512, address(number // 65536 + 3), SERVER, identification=number,
                     fragmentation=0x2000 | 8))


def no_line_end(out, n):
    out.put(segment(0, b'', flags=2))
    data = b'Request ' + b'a' * 1392
    for part in range(n):
        out.put(segment(1 + 1400 * part, data if part == 0 else b'a' * 1400, identification=part))


def nested(out, n):
    for number in range(n):
        datagram = segment(number, b'x', identification=number)
        for _ in range(40):
            datagram = ipv4(datagram, CLIENT, SERVER, protocol=4)
        out.put(datagram)


def one_uuid(out, n):
    """Responses to nothing, all with the same uuid."""
    answer = b'Response a\r\n1 OK\r\n\r\n'
    for number in range(n):
        out.put(ipv4(tcp(4080, 40000, 1 + len(answer) * number, 1, 0x18, answer), SERVER, CLIENT,
                     identification=number))


def unasked(out, n):
    """Connections with a response to nothing end, while many such responses are kept in another."""
    for number in range(n // 4):
        answer = b'Response a\r\n%09d OK\r\n\r\n' % number
        out.put(ipv4(tcp(4080, 40000, 1 + len(answer) * number, 1, 0x18, answer), SERVER, CLIENT,
                     identification=number))
    for number in range(n // 4):
        client = address(number + 3)
        answer = b'Response a\r\n1 OK\r\n\r\n'
        out.put(segment(0, b'', client=client, flags=2))
        out.put(ipv4(tcp(4080, 40000, 1, 1, 0x18, answer), SERVER, client), step=100)
        out.put(ipv4(tcp(4080, 40000, 1 + len(answer), 1, 0x14), SERVER, client), step=100)


class Pcapng:
    def __init__(self, file):
        self.file = file
        self.file.write(struct.pack('<IIIHHqI', 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28))

    def interface(self, name):
        options = struct.pack('<HH', 2, len(name)) + name + b'\0' * (-len(name) % 4)
        # A time zone of its own, so that no two are alike.
        options += struct.pack('<HHqHH', 14, 8, -len(name), 0, 0)
        length = 20 + len(options)
        self.file.write(struct.pack('<IIHHI', 1, length, 228, 0, 262144) + options
                        + struct.pack('<I', length))

    def put(self, interface, time, datagram):
        padded = datagram + b'\0' * (-len(datagram) % 4)
        length = 32 + len(padded)
        self.file.write(struct.pack('<IIIIIII', 6, length, interface, time >> 32,
                                    time & 0xffffffff, len(datagram), len(datagram))
                        + padded + struct.pack('<I', length))


def interfaces(file, n):
    """As many interfaces as packets."""
    out = Pcapng(file)
    for number in range(n):
        out.interface(b'if%d' % number)
    for number in range(n):
        out.put(number, 1_700_000_000_000_000 + number,
                segment(1 + 30 * number, b'Notification a\r\nb: %07d\r\n\r\n' % number,
                        identification=number))


CASES = {
    'normal': (Pcap, normal, 500_000),
    'half-open': (Pcap, half_open, 500_000),
    'behind-holes': (Pcap, behind_holes, 5_000),
    'behind-holes-together': (Pcap, behind_holes_together, 5_000),
    'backwards': (Pcap, backwards, 60_000),
    'every-second-byte': (Pcap, every_second, 200_000),
    'gigabyte-ahead': (Pcap, gigabyte_ahead, 20_000),
    'unfinished': (Pcap, unfinished, 100_000),
    'port-reuse': (Pcap, reused, 20_000),
    'orphan-fragments': (Pcap, orphans, 200_000),
    'interfaces': (None, interfaces, 200_000),
    'no-line-end': (Pcap, no_line_end, 48_000),
    'nested': (Pcap, nested, 200_000),
    'one-uuid': (Pcap, one_uuid, 200_000),
    'unasked': (Pcap, unasked, 200_000),
}


if len(sys.argv) < 2:
    print('\n'.join(CASES))
else:
    form, make, count = CASES[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with open(1, 'wb', buffering=1 << 20) as file:
        make(form(file) if form else file, int(count * scale))
