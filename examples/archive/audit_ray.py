#!/usr/bin/env python3
"""Audits the bundles of a list on all machines of a Ray cluster.

    audit_ray.py LIST FOLDER [--keys N] [--cpus N] [OPTIONS OF sealbag audit]
    sealbag audit merge --list LIST FOLDER/parts/*.jsonl -o audit.jsonl

LIST has a path on each line, or the address of an object, s3://BUCKET/KEY, which needs no mount. It, the bundles, FOLDER and the program `sealbag` lie at the same paths on every machine, and so does what
sealbag keeps: name it with --home. Killed at any moment, the same command goes on: what is done is not done again. Whether
everything was done is for `audit merge` to say. See src/docs/archives.md.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys

import ray
from ray.data import DataContext, RowBasedFileDatasink
from ray.data.checkpoint import CheckpointConfig

# the program came to its end; anything else is a crash, or a command line that is wrong
ENDED = (0, 1, 3, 4, 5)


class Parts(RowBasedFileDatasink):
    """A file of results for each row."""

    def write_row_to_file(self, row, file):
        file.write(row["lines"])


def pieces(path, keys):
    """Where each piece of the list begins, and where the last one ends, in bytes; how many paths there are; SHA-256 of it all."""
    starts, at, count, hasher = [], 0, 0, hashlib.sha256()
    with open(path, "rb") as lines:
        for line in lines:
            # sealbag passes over empty lines too
            if line.strip(b"\r\n"):
                if count % keys == 0:
                    starts.append(at)
                count += 1
            at += len(line)
            hasher.update(line)
    return starts + [at], count, hasher


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("list")
    parser.add_argument("folder")
    parser.add_argument("--keys", type=int, default=10_000, help="bundles in a shard, which is lost when its worker dies [10000]")
    parser.add_argument("--cpus", type=int, default=1, help="processors for a shard [1]")
    asked, options = parser.parse_known_args()
    here, keys, cpus = os.getcwd(), asked.keys, asked.cpus
    path, folder = os.path.abspath(asked.list), os.path.abspath(asked.folder)
    program = shutil.which("sealbag") or sys.exit("sealbag: no such program on the PATH")
    starts, count, hasher = pieces(path, keys)
    shards = len(starts) - 1
    if not shards:
        sys.exit("%s: no path in it" % path)

    # a shard is known by its number alone, so one folder is for one list in one way
    hasher.update(json.dumps([keys, here, options]).encode())
    os.makedirs(folder, exist_ok=True)
    note = os.path.join(folder, "asked")
    if not os.path.exists(note):
        with open(note, "w") as out:
            out.write(hasher.hexdigest())
    if open(note).read() != hasher.hexdigest():
        sys.exit("%s: it belongs to an audit of another list, or with other options\nhint: take a new folder" % folder)

    def audit(row):
        first = row["id"] * keys + 1
        with open(path, "rb") as paths:
            paths.seek(starts[row["id"]])
            piece = paths.read(starts[row["id"] + 1] - starts[row["id"]])
        command = [program, "audit", "--list", "-", "--first", str(first), "--jobs", str(cpus), "--json", "--quiet", *options]
        ran = subprocess.run(command, input=piece, capture_output=True, cwd=here)
        numbers = [json.loads(line).get("number") for line in ran.stdout.splitlines()]
        wanted = range(first, min(first + keys, count + 1))
        if ran.returncode not in ENDED or [number for number in numbers if number] != list(wanted):
            raise RuntimeError("bundles %d to %d: exit %d\n%s" % (first, wanted[-1], ran.returncode, ran.stderr.decode(errors="replace")))
        return {"id": row["id"], "lines": ran.stdout}

    ray.init()
    context = DataContext.get_current()
    context.checkpoint_config = CheckpointConfig(
        id_column="id", checkpoint_path=os.path.join(folder, "checkpoint"), delete_checkpoint_on_success=False
    )
    # a shard that fails does not stop the others
    context.max_errored_blocks = -1
    # A block, and so a checkpoint, for each row. `range` is something that is read: only behind that are rows left out that are done,
    # and behind from_items they are not. With the same demands auditing and writing are one task, so no lines travel.
    rows = ray.data.range(shards, override_num_blocks=shards)
    parts = os.path.join(folder, "parts")
    rows.map(audit, num_cpus=cpus).write_datasink(Parts(parts, file_format="jsonl"), ray_remote_args={"num_cpus": cpus})
    done = len(os.listdir(parts)) if os.path.isdir(parts) else 0
    if done < shards:
        sys.exit("%d of %d shards are done\nhint: the same command goes on" % (done, shards))


if __name__ == "__main__":
    main()
