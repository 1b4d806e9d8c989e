#!/usr/bin/env python3
"""Makes the timestamps beside this file, good and bad, and their index. Needs python3 and openssl alone.

    tests/vectors/timestamps/make.py
    tests/vectors/timestamps/make.py stamps                 # those for the stamps of audits alone
    tests/vectors/timestamps/make.py FILE TIME END OUT      # one token over FILE, by a certificate that ends at END, both YYYYMMDDhhmmssZ

DER is written by hand here, so that every fault can be made, and nothing of it is shared with sealbag. The keys in `keys` are made when
they are missing; they are for tests and for nothing else. ECDSA signatures differ each time.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ONE = [os.path.abspath(sys.argv[1]), *sys.argv[2:4], os.path.abspath(sys.argv[4])] if len(sys.argv) == 5 else None
os.chdir(HERE)

# ---------------------------------------------------------------- DER


def tlv(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def seq(*parts):
    return tlv(0x30, *parts)


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(text):
    numbers = [int(number) for number in text.split(".")]
    out = bytearray()
    for number in [numbers[0] * 40 + numbers[1]] + numbers[2:]:
        part = [number & 0x7F]
        while number := number >> 7:
            part.insert(0, number & 0x7F | 0x80)
        out += bytes(part)
    return tlv(6, bytes(out))


NULL = b"\x05\x00"
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
RSA_WITH = {"sha1": 5, "sha256": 11, "sha384": 12, "sha512": 13}
EC_WITH = {"sha256": 2, "sha384": 3, "sha512": 4}


def digest(name, data):
    return hashlib.new(name, data).digest()


def hash_algorithm(name):
    return seq(oid(HASHES[name]), NULL)


def time(text):
    """UTCTime up to 2049, as certificates have it."""
    return tlv(0x17, text[2:].encode()) if "1950" <= text[:4] < "2050" else tlv(0x18, text.encode())


# ---------------------------------------------------------------- keys

KINDS = {
    "root": "rsa:2048", "middle": "rsa:2048", "rsa": "rsa:2048", "p256": "P-256", "p384": "P-384", "p521": "P-521",
    "old": "rsa:2048", "stranger": "P-256", "short": "rsa:1024", "other": "P-256", "curve": "P-384",
}


def run(*command, data=None):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout


def key_file(name):
    path = f"keys/{name}.pem"
    if not os.path.exists(path):
        os.makedirs("keys", exist_ok=True)
        kind = KINDS[name]
        how = ["RSA", "-pkeyopt", "rsa_keygen_bits:" + kind[4:]] if kind.startswith("rsa") else ["EC", "-pkeyopt", "ec_paramgen_curve:" + kind]
        run("openssl", "genpkey", "-algorithm", *how, "-out", path)
    return path


def public(name):
    return run("openssl", "pkey", "-in", key_file(name), "-pubout", "-outform", "DER")


def sign(name, hash_name, data, pss=False):
    extra = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] if pss else []
    return run("openssl", "dgst", "-" + hash_name, "-sign", key_file(name), *extra, data=data)


def is_rsa(name):
    return KINDS[name].startswith("rsa")


def signature_algorithm(name, hash_name):
    if is_rsa(name):
        return seq(oid(f"1.2.840.113549.1.1.{RSA_WITH[hash_name]}"), NULL)
    return seq(oid(f"1.2.840.10045.4.3.{EC_WITH[hash_name]}"))


# ---------------------------------------------------------------- certificates


def called(name):
    return seq(tlv(0x31, seq(oid("2.5.4.3"), tlv(0x0C, name.encode()))))


def extension(name, value, critical=False):
    return seq(oid(name), *([b"\x01\x01\xff"] if critical else []), tlv(4, value))


def authority(path=None, critical=True):
    return extension("2.5.29.19", seq(b"\x01\x01\xff", *([integer(path)] if path is not None else [])), critical)


def usage(bits, unused):
    return extension("2.5.29.15", tlv(3, bytes([unused, bits])), True)


SIGNS_CERTIFICATES = usage(0x06, 1)
SIGNS = usage(0xC0, 6)


def extended(*names, critical=True):
    return extension("2.5.29.37", seq(*[oid(name) for name in names]), critical)


STAMPS = extended("1.3.6.1.5.5.7.3.8")
FROM, UNTIL = "20200101000000Z", "20400101000000Z"


class Certificate:
    def __init__(self, name, key, by=None, serial=1, start=FROM, end=UNTIL, extensions=(), hash_name="sha256", signed_as=None, issuer=None, damage=False):
        issuer_key = by.key if by else key
        self.name, self.key, self.serial = called(name), key, integer(serial)
        self.issuer = called(issuer) if issuer else by.name if by else self.name
        algorithm = signature_algorithm(issuer_key, hash_name)
        more = [tlv(0xA3, seq(*extensions))] if extensions else []
        version = [tlv(0xA0, integer(2))] if extensions else []
        body = seq(*version, self.serial, algorithm, self.issuer, seq(time(start), time(end)), self.name, public(key), *more)
        signature = bytearray(sign(signed_as or issuer_key, hash_name, body))
        if damage:
            signature[-1] ^= 1
        self.der = seq(body, algorithm, tlv(3, b"\x00", bytes(signature)))

    def pem(self, path):
        with open(path, "wb") as file:
            file.write(run("openssl", "x509", "-inform", "DER", data=self.der))


ROOT = Certificate("Example Time Root", "root", serial=1, extensions=[authority(), SIGNS_CERTIFICATES])
MIDDLE = Certificate("Example Time Authority", "middle", by=ROOT, serial=2, extensions=[authority(0), SIGNS_CERTIFICATES])
OLD = Certificate("Example Old Root", "old", serial=3, extensions=[authority(), SIGNS_CERTIFICATES], hash_name="sha1")
CROSS = Certificate("Example Time Root", "root", by=OLD, serial=4, extensions=[authority(), SIGNS_CERTIFICATES], hash_name="sha1")
STRANGER = Certificate("Example Stranger", "stranger", serial=5, extensions=[authority(), SIGNS_CERTIFICATES])
CURVE = Certificate("Example Curve Root", "curve", serial=6, extensions=[authority(), SIGNS_CERTIFICATES], hash_name="sha384")
# an authority that may have none below it but signers
NARROW = Certificate("Example Narrow Root", "root", serial=7, extensions=[authority(0), SIGNS_CERTIFICATES])


def signer(key, by=MIDDLE, serial=None, name=None, extensions=None, **more):
    serial = serial or 100 + list(KINDS).index(key)
    return Certificate(name or f"Example Clock {key}", key, by=by, serial=serial, extensions=extensions or [SIGNS, STAMPS], **more)


SIGNERS = {key: signer(key) for key in ["rsa", "p256", "p384", "p521"]}

# ---------------------------------------------------------------- tokens

with zipfile.ZipFile("../good-least.zip") as bundle:
    SEAL = next(bundle.read(name) for name in bundle.namelist() if name.endswith("/seal/manifest.sig"))
NOW = "20260102030405Z"
TST_INFO = "1.2.840.113549.1.9.16.1.4"


def info(over=SEAL, imprint="sha256", at=NOW, version=1, accuracy=None, ordering=None, nonce=None, tsa=None, extensions=None, serial=42, digest_bytes=None):
    return seq(
        integer(version),
        oid("1.3.6.1.4.1.99999.1"),
        seq(hash_algorithm(imprint), tlv(4, digest_bytes or digest(imprint, over))),
        integer(serial),
        tlv(0x18, at.encode()),
        *([accuracy] if accuracy else []),
        *([tlv(1, ordering)] if ordering else []),
        *([integer(nonce)] if nonce else []),
        *([tlv(0xA0, tlv(0xA4, tsa))] if tsa else []),
        *([tlv(0xA1, *extensions)] if extensions else []),
    )


def attribute(name, value):
    return seq(oid(name), tlv(0x31, value))


def issued(certificate, serial=None):
    return seq(seq(tlv(0xA4, certificate.issuer)), serial or certificate.serial)


def ess_v1(*certificates, serial=None):
    return attribute("1.2.840.113549.1.9.16.2.12", seq(seq(*[seq(tlv(4, digest("sha1", one.der)), issued(one, serial)) for one in certificates])))


def ess_v2(*certificates, serial=None, hash_name="sha256", with_serial=True):
    def one(certificate):
        name = [] if hash_name == "sha256" else [hash_algorithm(hash_name)]
        return seq(*name, tlv(4, digest(hash_name, certificate.der)), *([issued(certificate, serial)] if with_serial else []))
    return attribute("1.2.840.113549.1.9.16.2.47", seq(seq(*[one(certificate) for certificate in certificates])))


def response(content=None, by="rsa", certificate=None, bag=None, hash_name="sha256", ess=None, pss=False, attributes=None, algorithm=None,
             versions=(3, 1), digests=None, status=None, unsigned=b"", lists=b"", behind=b"", content_type=TST_INFO, outer_type=TST_INFO,
             message_digest=None, signed_as=None, damage=None, signed_data="1.2.840.113549.1.7.2", sid=None, digest_name=None):
    content = content or info()
    certificate = certificate or SIGNERS[by]
    bag = [certificate, MIDDLE] if bag is None else bag
    digest_algorithm = digest_name or hash_algorithm(hash_name)
    if attributes is None:
        ess = [ess_v2(certificate)] if ess is None else ess
        attributes = [
            attribute("1.2.840.113549.1.9.3", oid(content_type)),
            attribute("1.2.840.113549.1.9.4", tlv(4, message_digest or digest(hash_name, content))),
            *ess,
        ]
        attributes.sort()
    attributes = b"".join(attributes)
    signature = bytearray(sign(signed_as or by, hash_name, tlv(0x31, attributes), pss))
    if damage is not None:
        signature[damage] ^= 1
    if algorithm is None:
        algorithm = seq(oid("1.2.840.113549.1.1.1"), NULL) if is_rsa(by) else signature_algorithm(by, hash_name)
        if pss:
            name = hash_algorithm(hash_name)
            mask = seq(oid("1.2.840.113549.1.1.8"), name)
            salt = integer(hashlib.new(hash_name).digest_size)
            algorithm = seq(oid("1.2.840.113549.1.1.10"), seq(tlv(0xA0, name), tlv(0xA1, mask), tlv(0xA2, salt)))
    info_of_signer = seq(
        integer(versions[1]), sid or seq(certificate.issuer, certificate.serial), digest_algorithm, tlv(0xA0, attributes), algorithm,
        tlv(4, bytes(signature)), unsigned,
    )
    data = seq(
        integer(versions[0]),
        tlv(0x31, *(digests if digests is not None else [digest_algorithm])),
        seq(oid(outer_type), tlv(0xA0, tlv(4, content))),
        tlv(0xA0, *[one.der for one in bag]) if bag else b"",
        lists,
        tlv(0x31, info_of_signer),
    )
    return seq(status or seq(integer(0)), seq(oid(signed_data), tlv(0xA0, data))) + behind


def ending(data, at, end):
    clock = signer("rsa", serial=231, end=end)
    return response(info(over=data, at=at), certificate=clock, bag=[clock, MIDDLE])


def put(path, data):
    with open(path, "wb") as file:
        file.write(data)


if ONE:
    with open(ONE[0], "rb") as file:
        put(ONE[3], ending(file.read(), *ONE[1:3]))
    sys.exit()


# ---------------------------------------------------------------- over stamps of audits, for proofs that the vectors' writer makes


def stamp_in(proof):
    with open(f"../audit-stamp-{proof}.proof", "rb") as file:
        return re.search(rb'"stamp":({[^}]*})', file.readline())[1] + b"\n"


put("stamp.tsr", response(info(over=stamp_in("good"))))
put("stamp-one.tsr", response(info(over=stamp_in("good-one"))))
put("stamp-bare.tsr", response(info(over=stamp_in("bare"))))
put("stamp-root.tsr", response(info(over=bytes.fromhex(json.loads(stamp_in("good"))["root"]))))
put("stamp-ends.tsr", first := ending(stamp_in("good"), NOW, "20270101000000Z"))
put("stamp-ends.2.tsr", response(info(over=first, at="20261231235959Z")))
if sys.argv[1:] == ["stamps"]:
    sys.exit()


# ---------------------------------------------------------------- revocation lists


def revocations(by, entries=(), at="20260201000000Z", next_at="20260301000000Z", signed_as=None, critical=False):
    algorithm = signature_algorithm(by.key, "sha256")

    def entry(certificate, since, reason=None, invalid=None):
        more = [extension("2.5.29.21", tlv(0x0A, bytes([reason])))] if reason is not None else []
        more += [extension("2.5.29.24", tlv(0x18, invalid.encode()))] if invalid else []
        return seq(certificate.serial, time(since), *([seq(*more)] if more else []))

    listed = [seq(*[entry(*one) for one in entries])] if entries else []
    more = [extension("2.5.29.20", integer(7))]
    more += [extension("2.5.29.28", seq(tlv(0x84, b"\xff")), True)] if critical else []
    body = seq(integer(1), algorithm, by.name, time(at), time(next_at), *listed, tlv(0xA0, seq(*more)))
    return seq(body, algorithm, tlv(3, b"\x00", sign(signed_as or by.key, "sha256", body)))


# ---------------------------------------------------------------- the list of all

rows = []
files = {}


def write(name, data):
    files[name] = data
    with open(name, "wb") as file:
        file.write(data)


def row(name, what, tokens, trusted=("root",), time=None, accuracy=None, request=None, proven=None):
    """`tokens`: (bytes, code or None, notes, bytes of lists or None), as they lie beside the bundle."""
    listed = []
    for number, (data, code, notes, lists) in enumerate(tokens, 1):
        file = f"{name}.tsr" if number == 1 else f"{name}.{number}.tsr"
        write(file, data)
        if lists is not None:
            write(f"{file}.crl", lists)
        listed.append({"file": file, "list": f"{file}.crl" if lists is not None else None, "code": code, "notes": notes})
    rows.append({
        "name": name, "what": what, "over": "good-least.zip", "trusted": [f"{one}.pem" for one in trusted], "request": request,
        "tokens": listed, "time": time,
    })


def good(name, what, data, lists=None, time="2026-01-02T03:04:05Z", notes=(), **more):
    row("good-" + name, what, [(data, None, list(notes), lists)], time=time, **more)


def bad(name, what, code, data, lists=None, **more):
    row(name, what, [(data, code, [], lists)], **more)


for name in os.listdir("."):
    if name.endswith((".tsr", ".crl", ".tsq", ".json")) or name.endswith(".pem"):
        os.remove(name)
for name, certificate in [("root", ROOT), ("old", OLD), ("stranger", STRANGER), ("curve", CURVE), ("narrow", NARROW), ("clock", SIGNERS["p256"]), ("middle", MIDDLE)]:
    certificate.pem(name + ".pem")

# -- good

for key in SIGNERS:
    for hash_name in ["sha256", "sha384", "sha512"]:
        good(f"{key}-{hash_name}", f"signed by a key of the kind {key} over {hash_name}, over the {hash_name} of the seal",
             response(info(imprint=hash_name), by=key, hash_name=hash_name))
good("pss", "an RSA signature of the kind PSS", response(pss=True))
good("curve", "all of it on curves, the root P-384 with SHA-384",
     response(by="p521", certificate=(clock := signer("p521", by=CURVE, serial=201, hash_name="sha512")), bag=[clock]), trusted=["curve"])
good("fraction", "a time with a fraction, which counts as the next second", response(info(at="20260102030404.25Z")))
good("accuracy", "an accuracy of 1.5 seconds", response(info(accuracy=seq(integer(1), tlv(0x80, b"\x01\xf4")))))
good("nonce", "the answer to a request with a nonce", response(info(nonce=0x1122334455667788)), request="nonce.tsq")
good("ordering", "a token that says that it is ordered, names its authority and has an extension",
     response(info(ordering=b"\xff", tsa=SIGNERS["rsa"].name, extensions=[extension("1.3.6.1.4.1.99999.2", b"\x05\x00")])))
good("ess-v1", "the certificate named by its SHA-1 (RFC 2634)", response(ess=[ess_v1(SIGNERS["rsa"])]))
good("ess-both", "the certificate named in both ways", response(ess=[ess_v1(SIGNERS["rsa"]), ess_v2(SIGNERS["rsa"])]))
good("ess-sha512", "the certificate named by its SHA-512", response(ess=[ess_v2(SIGNERS["rsa"], hash_name="sha512")]))
good("ess-hash-alone", "the certificate named without its issuer and number", response(ess=[ess_v2(SIGNERS["rsa"], with_serial=False)]))
good("ess-chain", "a cross certificate nobody here can follow, named by its hash",
     response(bag=[SIGNERS["rsa"], MIDDLE, CROSS], ess=[ess_v2(SIGNERS["rsa"], MIDDLE, CROSS)]))
good("root-inside", "the root is in it too", response(bag=[SIGNERS["rsa"], MIDDLE, ROOT]))
good("cross-sha1", "a cross certificate and an old root inside, both signed with SHA-1", response(bag=[SIGNERS["rsa"], MIDDLE, CROSS, OLD]))
good("middle-trusted", "the authority in the middle is the one that is trusted", response(), trusted=["middle"])
good("clock-trusted", "the certificate of the signer is the one that is trusted", response(by="p256", bag=[SIGNERS["p256"]]), trusted=["clock"])
good("no-certificates", "no certificate inside, the signer is trusted", response(by="p256", bag=[]), trusted=["clock"])
good("digest-absent", "names of hashes without NULL", response(digest_name=seq(oid(HASHES["sha256"]))))
good("until-the-end", "made in the last second of its certificate",
     response(certificate=(clock := signer("rsa", serial=202, end=NOW)), bag=[clock, MIDDLE]), notes=["token.ended"])

# -- bad in itself

bad("imprint", "over something else", "token.imprint", response(info(over=b"something else")))
bad("imprint-sha1", "over the SHA-1 of the seal", "token.algorithm", response(info(imprint="sha1")))
bad("imprint-length", "a hash that is too short", "token.malformed", response(info(digest_bytes=b"\x00" * 31)))
bad("nonce", "the answer to another request", "token.nonce", response(info(nonce=0x1122334455667789)), request="nonce.tsq")
bad("nonce-none", "an answer without the nonce of the request", "token.nonce", response(), request="nonce.tsq")
bad("status-rejected", "no token, a rejection", "token.status", seq(seq(integer(2), tlv(3, b"\x05\x20"))))
bad("status-waiting", "a rejection in front of a token that would be good", "token.status", response(status=seq(integer(3))))
bad("status-with-mods", "granted with modifications", "token.status", response(status=seq(integer(1))))
bad("status-text", "a text beside the status, which nothing signs", "token.stray",
    response(status=seq(integer(0), seq(tlv(0x0C, b"Operation Okay")))))
bad("version-info", "TSTInfo of version 2", "token.malformed", response(info(version=2)))
bad("version-data", "SignedData of version 1", "token.malformed", response(versions=(1, 1)))
bad("version-signer", "SignerInfo of version 3", "token.malformed", response(versions=(3, 3)))
bad("signer-by-key", "a signer who is named by their key", "token.malformed", response(sid=tlv(0x80, b"\x01" * 20), versions=(3, 3)))
bad("digest-list-other", "a list of hashes without the one that is used", "token.malformed", response(digests=[hash_algorithm("sha512")]))
bad("digest-list-two", "a list of hashes with one that is not used", "token.stray",
    response(digests=[hash_algorithm("sha256"), hash_algorithm("sha512")]))
bad("digest-list-none", "an empty list of hashes", "token.malformed", response(digests=[]))
bad("content-type-outside", "content that calls itself something else", "token.malformed", response(outer_type="1.2.840.113549.1.7.1"))
bad("content-type-inside", "attributes that call it something else", "token.digest", response(content_type="1.2.840.113549.1.7.1"))
bad("message-digest", "attributes with the hash of something else", "token.digest", response(message_digest=b"\x00" * 32))
bad("signed-data", "not SignedData", "token.malformed", response(signed_data="1.2.840.113549.1.7.3"))
bad("tag", "another tag around the token", "token.malformed", b"\x31" + response()[1:])
bad("behind", "a byte behind it", "token.malformed", response(behind=b"\x00"))
bad("cut", "cut short", "token.malformed", response()[:-1])
bad("empty", "empty", "token.malformed", b"")
bad("text", "a page of HTML", "token.malformed", b"<html>not found</html>\n")
long = response()
bad("length", "a length in more bytes than it needs", "token.malformed", b"\x30\x83\x00" + long[2:4] + long[4:])
bad("indefinite", "no length, as BER allows", "token.malformed", b"\x30\x80" + long[4:] + b"\x00\x00")
bad("bare", "a token without the response around it", "token.stray", long[4 + 5:])
bad("fraction-zero", "a fraction that ends with a zero", "token.malformed", response(info(at="20260102030405.50Z")))
bad("time-zone", "a time of another zone", "token.malformed", response(info(at="20260102030405+0100")))
bad("time-day", "a day that does not exist", "token.malformed", response(info(at="20260230030405Z")))
bad("ordering-false", "a default that is written", "token.malformed", response(info(ordering=b"\x00")))
bad("accuracy-thousand", "an accuracy of 1000 milliseconds", "token.malformed", response(info(accuracy=seq(tlv(0x80, b"\x03\xe8")))))
bad("critical", "a critical extension of the token", "token.chain",
    response(info(extensions=[extension("1.3.6.1.4.1.99999.2", NULL, True)])))
bad("signature", "a signature with one bit changed", "token.signature", response(damage=9))
bad("signature-p256", "a signature on a curve with one bit changed", "token.signature", response(by="p256", damage=12))
bad("signature-by-another", "a signature by another key", "token.signature", response(by="p256", signed_as="other"))
bad("signature-sha1", "signed over SHA-1", "token.algorithm", response(hash_name="sha1", ess=[ess_v1(SIGNERS["rsa"])]))
bad("signature-hash", "a name of the signature with another hash", "token.malformed",
    response(by="p256", algorithm=signature_algorithm("p256", "sha512")))
bad("signature-name", "the other name of an RSA signature", "token.stray", response(algorithm=signature_algorithm("rsa", "sha256")))
bad("key-short", "an RSA key of 1024 bits", "token.algorithm", response(by="short", certificate=(clock := signer("short")), bag=[clock, MIDDLE]))
bad("unsigned-attribute", "an attribute that nothing signs", "token.stray",
    response(unsigned=tlv(0xA1, attribute("1.3.6.1.4.1.99999.3", NULL))))
bad("list-inside", "a revocation list inside", "token.stray", response(lists=tlv(0xA1, revocations(MIDDLE))))

# -- bad certificates


def by(certificate, bag=None, key="rsa", **more):
    return response(by=key, certificate=certificate, bag=[certificate, MIDDLE] if bag is None else bag, **more)


bad("ess-none", "no name of the certificate", "token.digest", response(ess=[]))
bad("ess-hash", "the name of another certificate", "token.certificate", response(ess=[ess_v2(SIGNERS["p256"])]))
bad("ess-serial", "the right hash with another number", "token.certificate", response(ess=[ess_v2(SIGNERS["rsa"], serial=integer(999))]))
bad("ess-v1-serial", "the right SHA-1 with another number", "token.certificate", response(ess=[ess_v1(SIGNERS["rsa"], serial=integer(999))]))
bad("ess-one-of-two", "two names, one of another certificate", "token.certificate",
    response(ess=[ess_v1(SIGNERS["p256"]), ess_v2(SIGNERS["rsa"])]))
bad("certificate-missing", "the certificate of the signer is not in it", "token.certificate", response(bag=[MIDDLE]))
bad("certificate-twin", "another certificate for the same key, issuer and number", "token.certificate",
    response(ess=[ess_v2(SIGNERS["rsa"])], bag=[signer("rsa", end="20390101000000Z"), MIDDLE]))
bad("certificate-injected", "a stranger's certificate in it", "token.stray", response(bag=[SIGNERS["rsa"], MIDDLE, STRANGER]))
bad("certificate-injected-first", "a signer of the same authority in it", "token.stray", response(bag=[SIGNERS["p256"], SIGNERS["rsa"], MIDDLE]))
bad("certificate-twice", "a certificate twice", "token.stray", response(bag=[SIGNERS["rsa"], MIDDLE, MIDDLE]))
bad("certificate-cross", "a cross certificate by somebody whom nobody knows", "token.stray", response(bag=[SIGNERS["rsa"], MIDDLE, CROSS]))
bad("certificate-above-trusted", "the signer is trusted, and nobody above is", "token.stray", response(by="p256"), trusted=["clock"])
bad("no-usage", "no extended key usage", "token.usage", by(signer("rsa", serial=210, extensions=[SIGNS])))
bad("usage-not-critical", "an extended key usage that is not critical", "token.usage",
    by(signer("rsa", serial=211, extensions=[SIGNS, extended("1.3.6.1.5.5.7.3.8", critical=False)])))
bad("usage-two", "another extended key usage beside it", "token.usage",
    by(signer("rsa", serial=212, extensions=[SIGNS, extended("1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.3")])))
bad("usage-other", "another extended key usage", "token.usage", by(signer("rsa", serial=213, extensions=[SIGNS, extended("1.3.6.1.5.5.7.3.3")])))
bad("usage-any", "any extended key usage", "token.usage", by(signer("rsa", serial=214, extensions=[SIGNS, extended("2.5.29.37.0")])))
bad("key-usage", "a key for certificates too", "token.usage", by(signer("rsa", serial=215, extensions=[usage(0x84, 2), STAMPS])))
bad("extension-critical", "a critical extension of the certificate", "token.chain",
    by(signer("rsa", serial=216, extensions=[SIGNS, STAMPS, extension("1.3.6.1.4.1.99999.4", NULL, True)])))
bad("expired", "made after its certificate ended", "token.expired", by(signer("rsa", serial=217, end="20260102030404Z")))
bad("not-yet", "made before its certificate began", "token.expired", by(signer("rsa", serial=218, start="20260102030406Z")))
early = Certificate("Example Time Authority", "middle", by=ROOT, serial=20, end="20251231235959Z", extensions=[authority(0), SIGNS_CERTIFICATES])
bad("expired-above", "made after the certificate above ended", "token.expired", by(signer("rsa", by=early), [signer("rsa", by=early), early]))
bad("stranger", "an authority that nobody trusts", "token.authority",
    by(clock := signer("rsa", by=STRANGER, serial=219), [clock, STRANGER]))
bad("above-missing", "the certificate between signer and root is missing", "token.authority", response(bag=[SIGNERS["rsa"]]))
plain = Certificate("Example Plain", "other", by=ROOT, serial=21, extensions=[usage(0xC0, 6)])
bad("above-no-authority", "signed by somebody who is no authority", "token.chain", by(clock := signer("rsa", by=plain, serial=220), [clock, plain]))
idle = Certificate("Example Idle", "other", by=ROOT, serial=22, extensions=[authority(0), usage(0x02, 1)])
bad("above-key-usage", "an authority whose key may not sign certificates", "token.chain", by(clock := signer("rsa", by=idle, serial=221), [clock, idle]))
web = Certificate("Example Web", "other", by=ROOT, serial=23, extensions=[authority(0), SIGNS_CERTIFICATES, extended("1.3.6.1.5.5.7.3.1", critical=False)])
bad("above-usage", "an authority for something else", "token.chain", by(clock := signer("rsa", by=web, serial=222), [clock, web]))
below = Certificate("Example Below", "other", by=MIDDLE, serial=24, extensions=[authority(), SIGNS_CERTIFICATES])
bad("path-length", "an authority below one that may have none", "token.chain", by(clock := signer("rsa", by=below, serial=223), [clock, below, MIDDLE]))
narrow = Certificate("Example Time Authority", "middle", by=NARROW, serial=25, extensions=[authority(), SIGNS_CERTIFICATES])
bad("path-length-root", "an authority below a root that may have none", "token.chain",
    by(clock := signer("rsa", by=narrow, serial=224), [clock, narrow]), trusted=["narrow"])
bad("above-damaged", "a certificate above with one bit changed", "token.authority",
    response(bag=[SIGNERS["rsa"], Certificate("Example Time Authority", "middle", by=ROOT, serial=2, extensions=[authority(0), SIGNS_CERTIFICATES], damage=True)]))
bad("above-name", "the right key under another name", "token.authority",
    by(clock := signer("rsa", serial=225, issuer="Example Time Office"), [clock, MIDDLE]))
sha1 = Certificate("Example Time Authority", "middle", by=ROOT, serial=26, extensions=[authority(0), SIGNS_CERTIFICATES], hash_name="sha1")
bad("above-sha1", "a certificate above that is signed with SHA-1", "token.authority", response(bag=[SIGNERS["rsa"], sha1]))

# -- lists

R = SIGNERS["rsa"]
both = lambda *entries, **more: revocations(MIDDLE, entries, **more) + revocations(ROOT)
good("list", "lists from after it, which do not name its certificates", response(), lists=both())
good("list-later", "given up after it was made", response(), lists=both((R, "20260115000000Z", 4)))
good("list-stale", "a list from before it", response(), lists=both(at="20251201000000Z"))
good("list-one", "only the list of the authority below", response(), lists=revocations(MIDDLE))
good("list-useless", "a list that somebody else signed", response(), lists=revocations(MIDDLE, [(R, "20250101000000Z", 1)], signed_as="other") + revocations(ROOT),
     notes=["token.list_useless"])
bad("list-revoked", "given up before it was made", "token.revoked", response(), lists=both((R, "20251215000000Z", 4)))
bad("list-stolen", "its key was stolen, the list says when", "token.revoked", response(), lists=both((R, "20251215000000Z", 1)))
bad("list-stolen-later", "its key was stolen after the time it gives", "token.revoked", response(), lists=both((R, "20260115000000Z", 1)))
bad("list-no-reason", "revoked, and nobody says why", "token.revoked", response(), lists=both((R, "20260115000000Z")))
bad("list-invalid-since", "given up later, and not valid since before", "token.revoked", response(), lists=both((R, "20260115000000Z", 4, "20251215000000Z")))
bad("list-above", "the certificate above was revoked", "token.revoked", response(),
    lists=revocations(MIDDLE) + revocations(ROOT, [(MIDDLE, "20251215000000Z", 5)]))
bad("list-stale-revoked", "a list from before it, which names it", "token.revoked", response(),
    lists=both((R, "20251115000000Z", 5), at="20251201000000Z"))

# -- renewals

first = response()
ending = signer("rsa", serial=230, end="20270101000000Z")
ends = by(ending)
row("good-renewed", "a token, and one over it", [(first, None, [], None), (response(info(over=first, at="20300101000000Z"), by="p384"), None, [], None)],
    time="2026-01-02T03:04:05Z")
row("good-renewed-in-time", "a token whose certificate has ended since, and one over it from before",
    [(ends, None, [], None), (response(info(over=ends, at="20261231235959Z"), by="p384"), None, [], None)], time="2026-01-02T03:04:05Z")
second = response(info(over=ends, at="20261231235959Z"), by="p384")
row("good-renewed-twice", "a token, one over it, and one over that",
    [(ends, None, [], None), (second, None, [], None), (response(info(over=second, at="20350101000000Z"), by="p521"), None, [], None)],
    time="2026-01-02T03:04:05Z")
row("renewed-late", "a token whose certificate had ended when it was renewed",
    [(ends, None, ["token.ended"], None), (response(info(over=ends, at="20270101000001Z"), by="p384"), "token.late", [], None)],
    time="2026-01-02T03:04:05Z")
row("renewed-other", "a token, and one over another one",
    [(ends, None, ["token.ended"], None), (response(info(over=first, at="20260601000000Z"), by="p384"), "token.imprint", [], None)],
    time="2026-01-02T03:04:05Z")
row("renewed-bad", "a bad token, and a good one over it",
    [(long[:-1], "token.malformed", [], None), (response(info(over=long[:-1], at="20260601000000Z"), by="p384"), None, [], None)])
row("renewed-backwards", "a token, and one over it that is older",
    [(first, None, [], None), (response(info(over=first, at="20250101000000Z"), by="p384"), "token.late", [], None)], time="2026-01-02T03:04:05Z")
stolen = both((R, "20280101000000Z", 1), at="20290101000000Z", next_at="20290201000000Z")
row("good-renewed-stolen", "its key was stolen after it was renewed",
    [(first, None, [], stolen), (response(info(over=first, at="20270601000000Z"), by="p384"), None, [], None)], time="2026-01-02T03:04:05Z")
row("renewed-stolen", "its key was stolen before it was renewed",
    [(first, "token.revoked", [], stolen), (response(info(over=first, at="20280601000000Z"), by="p384"), None, [], None)])
row("good-two", "a bad token and a good one",
    [(response(info(over=b"else")), "token.imprint", [], None), (response(by="p384"), None, [], None)], time="2026-01-02T03:04:05Z")
row("good-two-earlier", "two good tokens, of which the earlier one counts",
    [(response(info(at="20260301000000Z")), None, [], None), (response(by="p384"), None, [], None)], time="2026-01-02T03:04:05Z")

write("nonce.tsq", seq(integer(1), seq(hash_algorithm("sha256"), tlv(4, digest("sha256", SEAL))), integer(0x1122334455667788), b"\x01\x01\xff"))
for entry in rows:
    for token in entry["tokens"]:
        token["sha256"] = hashlib.sha256(files[token["file"]]).hexdigest()
with open("index.json", "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in rows) + "\n]\n")
print(f"{len(rows)} rows, {len(files)} files")
