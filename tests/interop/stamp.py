#!/usr/bin/env python3
"""Stamps of audits and proofs from them, read and written from the text of the format, section 17, with python3 alone.

    stamp.py check RESULTS             the stamp and its tree are what follows from the results
    stamp.py proof RESULTS BUNDLE F    writes the proof of a packed bundle
    stamp.py read PROOF BUNDLE DIR     checks its path, and writes what its token is over, and the token: DIR/stamp, DIR/stamp.tsr

It shares nothing with sealbag. What a token is worth is for openssl to say.
"""
import hashlib
import json
import sys
import zipfile


def sha256(data):
    return hashlib.sha256(data).digest()


def mth(leaves):
    """RFC 9162, section 2.1.1."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + mth(leaves[:half]) + mth(leaves[half:]))


def path(index, leaves):
    """RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return path(index, leaves[:half]) + [mth(leaves[half:])]
    return path(index - half, leaves[half:]) + [mth(leaves[:half])]


def root(leaf, index, count, partners):
    """As section 17 has it."""
    assert index < count
    node, partners = sha256(b"\0" + leaf), list(partners)
    while count > 1:
        if index % 2:
            node = sha256(b"\1" + partners.pop(0) + node)
        elif index + 1 < count:
            node = sha256(b"\1" + node + partners.pop(0))
        index, count = index // 2, (count + 1) // 2
    assert not partners
    return node


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read(name):
    with open(name, "rb") as file:
        return file.read()


def seal(bundle):
    with zipfile.ZipFile(bundle) as opened:
        return sha256(next(opened.read(name) for name in opened.namelist() if name.endswith("/seal/manifest.sig")))


def held(line):
    words = ("intact", "withheld", "not-enough", "unknown-signer")
    return line["outcome"] in words or line["outcome"] == "changed" and line["verdict"] not in ("failed", "cannot-check")


def leaves(results):
    lines = map(json.loads, read(results).splitlines())
    return sorted({bytes.fromhex(line["seal_sha256"]) for line in lines if held(line)})


def stamp(results):
    all_of_them = leaves(results)
    audit = sha256(read(results + ".summary.sig")).hex()
    return {"format": "sealbag-stamp/1", "audit": audit, "leaves": len(all_of_them), "root": mth(all_of_them).hex()}


def check(results):
    assert read(results + ".stamp.json") == canonical(stamp(results)), "another stamp"
    level = leaves(results)
    lines, width = list(level), 1
    while width < len(level):
        width *= 2
        lines += [mth(level[at : at + width]) for at in range(0, len(level), width)]
    assert read(results + ".stamp.tree") == b"".join(line.hex().encode() + b"\n" for line in lines), "another tree"


def proof(results, bundle, to):
    all_of_them, leaf = leaves(results), seal(bundle)
    index, token = all_of_them.index(leaf), read(results + ".stamp.json.tsr")
    head = {"format": "sealbag-proof/1", "stamp": stamp(results), "leaf": leaf.hex(), "index": index,
            "path": [node.hex() for node in path(index, all_of_them)], "tokens": [{"token": len(token), "lists": 0}]}
    with open(to, "wb") as file:
        file.write(canonical(head) + token)


def unfold(name, bundle, folder):
    line, rest = read(name).split(b"\n", 1)
    head = json.loads(line)
    assert canonical(head) == line + b"\n", "not canonical"
    assert head["leaf"] == seal(bundle).hex(), "another bundle"
    partners = [bytes.fromhex(node) for node in head["path"]]
    assert root(bytes.fromhex(head["leaf"]), head["index"], head["stamp"]["leaves"], partners).hex() == head["stamp"]["root"], "another root"
    assert len(rest) == sum(size["token"] + size["lists"] for size in head["tokens"]), "another length"
    with open(folder + "/stamp", "wb") as file:
        file.write(canonical(head["stamp"]))
    with open(folder + "/stamp.tsr", "wb") as file:
        file.write(rest[: head["tokens"][0]["token"]])


{"check": check, "proof": proof, "read": unfold}[sys.argv[1]](*sys.argv[2:])
