#!/usr/bin/env python3
"""Audits the bundles of a list on Spark, each piece of the list piped through a `sealbag audit` of its own.

    spark-submit audit_spark.py LIST FOLDER KEYS ["OPTIONS OF sealbag audit"]
    sealbag audit merge --list LIST FOLDER/part-* -o audit.jsonl

LIST has a path on each line, in UTF-8; a piece has KEYS of them. A worker that dies costs its piece, which Spark does again. A driver that
dies costs everything: FOLDER is whole or not there. Where that matters use Ray or shards.
"""

import os
import sys

from pyspark.sql import SparkSession

# The first line of a piece is its number; exit codes that say what bundles are like are no failure.
COMMAND = """sh -c 'read -r first && sealbag audit --list - --first "$first" --jobs 1 --json --quiet %s
case $? in 0|1|3|4|5) ;; *) exit 1 ;; esac'"""


def main():
    path, folder, keys = sys.argv[1], sys.argv[2], int(sys.argv[3])
    spark = SparkSession.builder.appName("audit").getOrCreate().sparkContext
    with open(path, encoding="utf-8", newline="\n") as lines:
        paths = [line.rstrip("\r\n") for line in lines if line.strip("\r\n")]
    pieces = [[str(first + 1), *paths[first : first + keys]] for first in range(0, len(paths), keys)]
    rows = spark.parallelize(pieces, len(pieces)).flatMap(lambda piece: piece)
    # without an environment pipe gives an empty one
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    rows.pipe(COMMAND % " ".join(sys.argv[4:]), env=environment, checkCode=True).saveAsTextFile(folder)


if __name__ == "__main__":
    main()
