#!/bin/sh
# Audits one shard of a list, for whatever counts from 1 to N: GNU parallel, a Slurm array, a Kubernetes job.
#
#   shard.sh I N LIST FOLDER [OPTIONS OF sealbag audit]
#
# Writes FOLDER/part-I.jsonl and a summary beside it. What was begun is gone on with, what is done is not done again, and it ends with 0
# if every bundle of the shard has its line, whatever the lines say. For all shards: sealbag audit merge FOLDER/part-*.jsonl -o audit.jsonl
set -u
if [ $# -lt 4 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
shard=$1/$2 list=$3 part=$4/part-$1.jsonl
shift 4
# the summary comes last, so where it is the shard is done
[ ! -e "$part.summary.json" ] || exit 0
sealbag audit --list "$list" --shard "$shard" -o "$part" --resume --unsigned --quiet "$@" >/dev/null
told=$?
[ ! -e "$part.summary.json" ] || exit 0
echo "shard.sh: shard $shard is not done: sealbag audit ended with $told" >&2
exit 1
