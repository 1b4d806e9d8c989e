#!/bin/sh
# Audits a list with GNU parallel, on this machine or, with --sshlogin among OPTIONS, on several:
#
#   audit_parallel.sh N LIST FOLDER [OPTIONS OF parallel]
#   sealbag audit merge FOLDER/part-*.jsonl -o audit.jsonl
#
# N is how many shards. The same command goes on, and ends with 0 when all are done. shard.sh and `sealbag` must be on the PATH.
set -eu
shards=$1 list=$2 folder=$3
shift 3
mkdir -p "$folder"
seq "$shards" | parallel --will-cite --quote --halt never --retries 3 "$@" shard.sh {} "$shards" "$list" "$folder" --jobs 1
