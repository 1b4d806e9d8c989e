#!/usr/bin/env python3
"""A second writer of sealbag bundles, written from the format's text alone.

It shares no line with the Rust program and needs nothing but Python 3.8, so two mistakes would have to be the same to go
unseen. What it writes is the worked example of the format's documentation, the same bytes every time:

    second_writer.py OUT.zip                the example
    second_writer.py --redacted OUT.zip     the same with two items withheld, and a release that says so
    second_writer.py --padded OUT.zip       the example as it would be before encryption for a reader
    second_writer.py --card OUT.card        the card of the example's signer
    second_writer.py --files N OUT.zip      N empty files instead of the example's, for limits that no small file reaches
    second_writer.py --show                 the blocks that the documentation shows, as text

Before any of these, `--sealed-with x.y.z` states another version of sealbag.

The key, the salts and the id are no secrets here: never use this to seal anything.
"""

import base64
import binascii
import hashlib
import os
import struct
import sys

# ---------------------------------------------------------------- what is sealed

SEED = bytes(range(32))
ID = "0123456789abcdef0123456789abcdef"
SEALED_AT = "2026-01-02T03:04:05Z"
RELEASED_AT = "2026-01-03T08:00:00Z"
SEALED_WITH = "sealbag 0.1.0"
# the files in the order of their names, the facts in that of a metadata file: so a program that is handed the same id and salts
# one after the other makes the same bundle
FILES = {
    "notes/ночь.txt": "Four in the morning. No lights.\n",
    "report.txt": "Two trucks left the Oret mill before dawn.\n",
}
ITEMS = [
    {"kind": "file", "path": "notes/ночь.txt", "media_type": "text/plain", "role": "document"},
    {"kind": "file", "path": "report.txt", "media_type": "text/plain", "role": "report"},
    {"kind": "field", "about": "case", "name": "title", "value": "Trucks at the Oret mill"},
    {"kind": "field", "about": "case", "name": "event_place", "value": "Oret"},
    {"kind": "field", "about": "source:S1", "name": "identity", "value": "the night guard"},
    {"kind": "field", "about": "file:notes/ночь.txt", "name": "statement", "value": "“I counted two”,\nhe said, \"no more\"."},
]

# ---------------------------------------------------------------- canonical JSON

SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def json_value(value):
    """Strings, integers, null, and lists of strings; members stand in the order in which they are given."""
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(json_value(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(json_value(name) + ":" + json_value(one) for name, one in value.items()) + "}"
    return '"' + "".join(SHORT.get(c) or ("\\u%04x" % ord(c) if c < " " else c) for c in value) + '"'


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def listing(head, name, commitments):
    """The shape of manifest, release and list of readers: one line of members, one entry a line, `]}`."""
    lines = ",\n".join('"%s"' % commitment for commitment in sorted(commitments))
    return (json_value(head)[:-1] + ',"%s":[\n%s\n]}\n' % (name, lines)).encode()


# ---------------------------------------------------------------- Ed25519 (RFC 8032), signing only

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BY = 4 * pow(5, P - 2, P) % P
BX = 15112221349535400772501151409588531511454012693041857206046113283949847762202


def add(one, other):
    """Adds two points in extended coordinates."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b, c, d = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P, 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times_base(number):
    sum_, point = (0, 1, 1, 0), (BX, BY, 1, BX * BY % P)
    while number:
        if number & 1:
            sum_ = add(sum_, point)
        point, number = add(point, point), number >> 1
    return sum_


def encoded(point):
    x, y, z, _ = point
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def secret(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    return scalar, digest[32:]


def public(seed):
    return encoded(times_base(secret(seed)[0]))


def ed25519(seed, message):
    number = lambda data: int.from_bytes(hashlib.sha512(data).digest(), "little") % L
    scalar, prefix = secret(seed)
    r = number(prefix + message)
    point = encoded(times_base(r))
    return point + ((r + number(point + public(seed) + message) * scalar) % L).to_bytes(32, "little")


# ---------------------------------------------------------------- SSHSIG

def string(data):
    return struct.pack(">I", len(data)) + data


def key_blob():
    return string(b"ssh-ed25519") + string(public(SEED))


def key_line():
    return "ssh-ed25519 " + base64.b64encode(key_blob()).decode()


def signed_bytes(namespace, message):
    return (b"SSHSIG" + string(namespace) + string(b"") + string(b"sha512") + string(hashlib.sha512(message).digest()))


def armor(namespace, message):
    signature = string(b"ssh-ed25519") + string(ed25519(SEED, signed_bytes(namespace, message)))
    blob = (b"SSHSIG" + struct.pack(">I", 1) + string(key_blob()) + string(namespace) + string(b"") + string(b"sha512")
            + string(signature))
    text = base64.b64encode(blob).decode()
    lines = [text[at:at + 70] for at in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]).encode()


# ---------------------------------------------------------------- the parts

def item_lines():
    """The lines of all items, in the order of ITEMS."""
    lines = []
    for number, body in enumerate(ITEMS, 1):
        item = {"salt": "%032x" % number, "kind": body["kind"]}
        if body["kind"] == "file":
            data = FILES[body["path"]].encode()
            item.update({"path": body["path"], "size": len(data), "sha256": sha256(data)})
        item.update({name: value for name, value in body.items() if name not in item})
        lines.append((json_value(item) + "\n").encode())
    return lines


def verify_txt():
    """The constant page; it lies in the repository because every writer needs it byte for byte."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "..", "..", "src", "format", "VERIFY.txt"), "rb") as file:
        text = file.read()
    assert sha256(text) == "7e7b0387c7d6edb96c8dab74e6d08440c4f2ecbbcacdca4a6ca0a8542ec1aea3", "VERIFY.txt has changed"
    return text


def parts(redacted=False):
    """Everything in the bundle but padding, in the order of the ZIP: pairs of name and bytes."""
    lines = item_lines()
    manifest = listing(
        {"format": "sealbag-manifest/1", "id": ID, "sealed_at": SEALED_AT, "sealed_with": SEALED_WITH, "signer": key_line()},
        "items", map(sha256, lines))
    withheld = [line for line, body in zip(lines, ITEMS) if "ночь" in body.get("path", "") + body.get("about", "")]
    shown = sorted((line for line in lines if not redacted or line not in withheld), key=sha256)
    paths = sorted((path for path in FILES if not redacted or "ночь" not in path), key=lambda path: path.encode())
    payload = [("data/" + path, FILES[path].encode()) for path in paths]

    derived = {
        "bag-info.txt": "Bag-Software-Agent: sealbag-manifest/1\nBagging-Date: %s\nExternal-Identifier: %s\nPayload-Oxum: %d.%d\n"
                        % (SEALED_AT[:10], ID, sum(len(data) for _, data in payload), len(payload)),
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": "".join("%s  %s\n" % (sha256(data), name) for name, data in payload),
    }
    derived = {name: text.encode() for name, text in derived.items()}
    listed = {**derived, "VERIFY.txt": verify_txt(), "seal/items.jsonl": b"".join(shown), "seal/manifest.json": manifest}
    tags = "".join("%s  %s\n" % (sha256(listed[name]), name) for name in sorted(listed)).encode()

    result = payload + [(name, listed[name]) for name in ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")]
    result += [("tagmanifest-sha256.txt", tags), ("VERIFY.txt", listed["VERIFY.txt"])]
    result += [("seal/items.jsonl", listed["seal/items.jsonl"]), ("seal/manifest.json", manifest)]
    result += [("seal/manifest.sig", armor(b"manifest@sealbag", manifest))]
    if redacted:
        release = listing(
            {"format": "sealbag-release/1", "bundle": sha256(manifest), "prev": None, "at": RELEASED_AT, "by": key_line(),
             "reason": "protects a witness"},
            "withheld", map(sha256, withheld))
        result += [("seal/release-1.json", release), ("seal/release-1.sig", armor(b"release@sealbag", release))]
    return result


def slips():
    """Four slips, made once with age: the first reader's opens with the identity that the documentation names."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "slips.txt"), encoding="ascii") as file:
        return file.read().split()


def readers(manifest):
    return listing({"format": "sealbag-readers/1", "bundle": sha256(manifest), "release": None, "at": SEALED_AT, "by": key_line()},
                   "slips", slips())


def for_a_reader():
    """The parts of the example as they are encrypted, but for the padding."""
    entries = parts()
    listed = readers(dict(entries)["seal/manifest.json"])
    return entries + [("seal/readers.json", listed), ("seal/readers.sig", armor(b"readers@sealbag", listed))]


def card():
    head = {"format": "sealbag-card/1", "name": "Example Desk", "key": key_line(), "recipients": [], "made_at": SEALED_AT}
    line = (json_value(head) + "\n").encode()
    return line + armor(b"card@sealbag", line)


# ---------------------------------------------------------------- the ZIP; nothing here needs 64 bits but the number of entries

def dos_time():
    year, month, day, hour, minute, second = (int(SEALED_AT[a:b]) for a, b in
                                              ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)))
    return struct.pack("<HH", hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)


def headers(name, data, offset):
    """The local and the central header of one entry."""
    raw = name.encode()
    flags = 0 if name.isascii() else 0x0800
    shared = struct.pack("<HH", flags, 0) + dos_time() + struct.pack("<III", binascii.crc32(data), len(data), len(data))
    shared += struct.pack("<HH", len(raw), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 10) + shared + raw
    central = b"PK\x01\x02" + struct.pack("<HH", 0x0300 | 10, 10) + shared
    central += struct.pack("<HHHII", 0, 0, 0, 0x81A40000, offset) + raw
    return local, central


def packed(entries):
    body, directory = bytearray(), bytearray()
    for name, data in entries:
        local, central = headers("sealbag-%s/%s" % (ID[:12], name), data, len(body))
        body += local + data
        directory += central
    count, end = len(entries), b""
    if count >= 0xFFFF:
        end = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 0x032D, 45, 0, 0, count, count, len(directory), len(body))
        end += b"PK\x06\x07" + struct.pack("<IQI", 0, len(body) + len(directory), 1)
    low = min(count, 0xFFFF)
    end += b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, low, low, len(directory), len(body), 0)
    return bytes(body + directory) + end


def is_padme(length):
    if length < 2:
        return True
    exponent = length.bit_length() - 1
    zeros = exponent - exponent.bit_length()
    return length % (1 << max(zeros, 0)) == 0


def padded(entries):
    length = 0
    while not is_padme(len(packed(entries + [("seal/padding", bytes(length))]))):
        length += 1
    return packed(entries + [("seal/padding", bytes(length))])


# ---------------------------------------------------------------- the documentation's blocks

def hex_dump(data):
    rows = []
    for at in range(0, len(data), 16):
        row = data[at:at + 16]
        text = "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in row)
        rows.append("%04x  %-47s  %s\n" % (at, " ".join("%02x" % b for b in row), text))
    return "".join(rows)


def show():
    """Each block as the documentation has it, under a line that says what it is."""
    plain, redacted = dict(parts()), dict(parts(True))
    first = parts()[0]
    blocks = [
        ("the signer's key", key_line() + "\n"),
        ("item lines, before they are sorted", b"".join(item_lines()).decode()),
        ("their commitments", "".join(sha256(line) + "\n" for line in item_lines())),
        ("seal/manifest.json", plain["seal/manifest.json"].decode()),
        ("the bundle digest", sha256(plain["seal/manifest.json"]) + "\n"),
        ("the bytes that are signed", hex_dump(signed_bytes(b"manifest@sealbag", plain["seal/manifest.json"]))),
        ("seal/manifest.sig", plain["seal/manifest.sig"].decode()),
        *((name, plain[name].decode()) for name in ("bag-info.txt", "bagit.txt", "manifest-sha256.txt",
                                                    "tagmanifest-sha256.txt")),
        ("the first local header", hex_dump(headers("sealbag-%s/%s" % (ID[:12], first[0]), first[1], 0)[0])),
        ("the end record", hex_dump(packed(parts())[-22:])),
        ("the whole file", "%d bytes, SHA-256 %s\n" % (len(packed(parts())), sha256(packed(parts())))),
        ("seal/release-1.json", redacted["seal/release-1.json"].decode()),
        ("the redacted file", "%d bytes, SHA-256 %s\n" % (len(packed(parts(True))), sha256(packed(parts(True))))),
        ("seal/readers.json, its first line", dict(for_a_reader())["seal/readers.json"].decode().split("\n")[0] + "\n"),
        ("seal/readers.json", "%d bytes, SHA-256 %s\n" % (len(dict(for_a_reader())["seal/readers.json"]),
                                                         sha256(dict(for_a_reader())["seal/readers.json"]))),
        ("the padded file", "%d bytes, SHA-256 %s\n" % (len(padded(for_a_reader())), sha256(padded(for_a_reader())))),
        ("the card", card().decode()),
    ]
    return "".join("== %s\n%s" % block for block in blocks)


def main(arguments):
    global SEALED_WITH, FILES, ITEMS
    if arguments[:1] == ["--sealed-with"] and len(arguments) > 2:
        SEALED_WITH, arguments = "sealbag " + arguments[1], arguments[2:]
    if arguments[:1] == ["--files"] and len(arguments) == 3:
        FILES = {"n/%07d" % number: "" for number in range(int(arguments[1]))}
        ITEMS = [{"kind": "file", "path": path, "media_type": "text/plain", "role": "other"} for path in FILES]
        arguments = arguments[2:]
    if arguments == ["--show"]:
        sys.stdout.buffer.write(show().encode())
        return 0
    forms = {"--redacted": lambda: packed(parts(True)), "--padded": lambda: padded(for_a_reader()), "--card": card}
    make = forms.get(arguments[0]) if len(arguments) == 2 else lambda: packed(parts())
    if not 1 <= len(arguments) <= 2 or make is None or arguments[-1].startswith("-"):
        sys.stderr.write(__doc__)
        return 2
    with open(arguments[-1], "xb") as out:
        out.write(make())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
