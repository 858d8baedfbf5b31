"""Writes the PBF of OpenStreetMap (https://wiki.openstreetmap.org/wiki/PBF_Format) from nodes and ways, independently of the reader."""
import struct
import zlib


def varint(number):
    out = bytearray()
    number &= (1 << 64) - 1
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number):
    return varint(number << 1 ^ number >> 63)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def scalar(number, value):
    return varint(number << 3) + varint(value)


def differences(numbers):
    last, out = 0, b""
    for number in numbers:
        out, last = out + zigzag(number - last), number
    return out


def blob(kind, data, packed=True):
    body = scalar(2, len(data)) + field(3, zlib.compress(data)) if packed else field(1, data)
    header = field(1, kind.encode()) + scalar(3, len(body))
    return struct.pack(">I", len(header)) + header + body


def block(nodes, ways, dense=True):
    """nodes: (id, lon, lat, tags), ways: (id, node ids, tags)."""
    texts = [""]
    for *_, tags in list(nodes) + list(ways):
        texts += [text for item in tags.items() for text in item if text not in texts]
    index = {text: at for at, text in enumerate(texts)}
    groups = b""
    if nodes and dense:
        tags = b"".join(b"".join(varint(index[k]) + varint(index[v]) for k, v in node[3].items()) + b"\0" for node in nodes)
        groups += field(2, field(2, field(1, differences([node[0] for node in nodes])) +
                                 field(8, differences([round(node[2] * 1e7) for node in nodes])) +
                                 field(9, differences([round(node[1] * 1e7) for node in nodes])) + field(10, tags)))
    elif nodes:
        groups += field(2, b"".join(
            field(1, varint(1 << 3) + zigzag(i) + field(2, b"".join(varint(index[k]) for k in tags)) +
                  field(3, b"".join(varint(index[v]) for v in tags.values())) +
                  varint(8 << 3) + zigzag(round(lat * 1e7)) + varint(9 << 3) + zigzag(round(lon * 1e7))) for i, lon, lat, tags in nodes))
    if ways:
        groups += field(2, b"".join(
            field(3, scalar(1, i) + field(2, b"".join(varint(index[k]) for k in tags)) +
                  field(3, b"".join(varint(index[v]) for v in tags.values())) + field(8, differences(refs))) for i, refs, tags in ways))
    return field(1, b"".join(field(1, text.encode("utf-8")) for text in texts)) + groups


def file_of(nodes, ways, *, dense=True, packed=True, features=("OsmSchema-V0.6", "DenseNodes")):
    header = blob("OSMHeader", b"".join(field(4, feature.encode()) for feature in features), packed)
    return header + blob("OSMData", block(nodes, (), dense), packed) + blob("OSMData", block((), ways), packed)
