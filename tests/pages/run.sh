#!/usr/bin/env bash
# Makes pages of bundles of which every field is written by somebody hostile, and loads them in headless Chromium; see check.mjs.
# usage: run.sh SEALBAG FOLDER KIT [CASE FACTS]: the program, an empty folder to work in, and where the packages of package.json lie; a
# real case and facts about it, where there is one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sealbag=$(realpath "$1") work=$2 kit=$(realpath "$3")
case=${4:+$(realpath "$4")} facts=${5:+$(realpath "$5")}
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "tests/pages: there is no Chromium" >&2
    exit 1
}
for tool in node exiftool python3; do
    command -v "$tool" >/dev/null || { echo "tests/pages: there is no $tool" >&2; exit 1; }
done
rm -rf "$work"
mkdir -p "$work"
cd "$work"
export XDG_DATA_HOME=$PWD/home
quietly() { "$@" >/dev/null; }

evil='</p></title></style></textarea><script>window.pwned=1</script><img src=x onerror="window.pwned=2"><svg onload=window.pwned=3>'
evil+="\" onmouseover=\"window.pwned=4\" x='\" onmouseover='window.pwned=5' &lt;b&gt; VERIFIED"
evil_log="<img src=x onerror='window.pwned=11'>.jsonl"
quietly "$sealbag" key new --name "<script>window.pwned=6</script>" --no-passphrase

# a picture with hostile tags, and others of every kind
python3 - <<'PY'
import struct, zlib
def png(path, width, height, pixel):
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    open(path, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
import os
os.makedirs("bag/photos")
png("bag/photos/a & b's.png", 300, 200, lambda x, y: bytes((x % 256, y, 90, 255 if x > 60 else 0)))
png("bag/photos/wide.png", 900, 20, lambda x, y: bytes((200, x % 256, 0, 255)))
# says that it is far larger than anybody decodes
big = open("bag/photos/wide.png", "rb").read()
head = struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0)
head = b"IHDR" + head
open("bag/photos/huge.png", "wb").write(big[:12] + head + struct.pack(">I", zlib.crc32(head)) + big[33:])
open("bag/photos/cut.png", "wb").write(big[:60])
evil_svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned=7"><script>window.pwned=8</script><image href="http://127.0.0.1:9/x"/></svg>'
open("bag/photos/drawn.svg", "w").write(evil_svg)
open("bag/page.html", "w").write("<script>window.pwned=9</script><img src='http://127.0.0.1:9/y'>")
PY
exiftool -q -overwrite_original "-Artist=$evil" "-ImageDescription=$evil" "-Make=$evil" "-Software=$evil" -GPSLatitude=51.1 -GPSLatitudeRef=N \
    -GPSLongitude=71.4 -GPSLongitudeRef=E "bag/photos/a & b's.png"
{
    printf '%s\n\n' "$evil" "A line with a turned end: "$'\xe2\x80\xae'"gpj.exe" "שלום, זה הדוח." "قالت الشاهدة: «وقف الرجال عند البوابة» (S1)."
    printf 'a word without end %s\n' "$(head -c 3000 /dev/zero | tr '\0' x)"
} > bag/report.txt
EVIL=$evil python3 - > facts.json <<'PY'
import json, os
evil = os.environ["EVIL"]
about = lambda names: {name: evil for name in names}
facts = {
    "case": {**about(["title", "creator", "publisher", "note", "contact"]), "event_place": [evil, "الأستانة"], "language": "ar"},
    "sources": {"S1": about(["identity", "protection", "note"])},
    "files": {
        "photos/a & b's.png": {**about(["caption", "credit", "statement", "camera_make", "x" * 64]), "latitude": "1", "longitude": "2"},
        "photos/wide.png": {"caption": "צילום ראשון — \"الصورة\" (1)", "credit": "מצלמה", "note": "n" * 5000},
    },
}
json.dump(facts, open("facts.json", "w"), ensure_ascii=False)
print(json.dumps(facts, ensure_ascii=False))
PY
quietly "$sealbag" seal bag --metadata facts.json --yes -o hostile.zip
quietly "$sealbag" redact hostile.zip --withhold photos/wide.png --reason "$evil" --anyway -o redacted.zip
quietly "$sealbag" seal bag --metadata facts.json --clean-copies --hide "photos/wide.png=10,2,200x9" --yes -o twins.zip
# many pictures, no two of them alike
python3 - <<'PY'
import os, struct, zlib
os.makedirs("many")
chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
for number in range(200):
    row = b"\0" + bytes(part for x in range(240) for part in (x, number, 255 - x))
    head = struct.pack(">IIBBBBB", 240, 160, 8, 2, 0, 0, 0)
    png = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 160)) + chunk(b"IEND", b"")
    open(f"many/{number:03}.png", "wb").write(b"\x89PNG\r\n\x1a\n" + png)
PY
quietly "$sealbag" seal many --yes -o many.zip
name="\"><img src=x onerror='window.pwned=10'>.zip"
cp hostile.zip "$name"
cp hostile.zip damaged.zip
printf 'x' | dd of=damaged.zip bs=1 seek=3000 conv=notrunc 2>/dev/null
printf 'no bundle at all' > nothing.zip

pages=()
page() { # BUNDLE NAME EXIT WORD [OPTIONS]: the page about a bundle
    local told=0
    "$sealbag" report "$1" -o "$2.html" "${@:5}" >/dev/null || told=$?
    [ "$told" = "$3" ] || { echo "tests/pages: the page about $1 ended with $told and not with $3" >&2; exit 1; }
    pages+=("$2.html=$4")
}
page "$name" hostile 0 VERIFIED+
# logs in which everything is hostile too, drawn from hand to hand, one of them forked
keep() { quietly "$sealbag" custody add note hostile.zip --place "$evil" --purpose "$evil" --note "$1$evil" --yes; }
quietly "$sealbag" receive hostile.zip --place "$evil" --purpose "قاعة المحكمة" --note "$evil" --yes
log=hostile.zip.custody.jsonl
cp "$log" one
keep 1
mv "$log" "$evil_log"
cp one "$log"
keep 2
page hostile.zip hands 0 VERIFIED+ --custody "$log" --custody "$evil_log"
page redacted.zip redacted 0 "VERIFIED, +"
page damaged.zip damaged 1 FAILED
page nothing.zip nothing 1 FAILED
page hostile.zip stranger 3 "UNKNOWN SIGNER+" --home "$PWD/nobody"
page redacted.zip required 4 "NOT ENOUGH+" --require complete
page twins.zip twins 0 VERIFIED+
page many.zip many 0 "VERIFIED#200"
page "$name" certificate 0 Certification --certificate us-902-14
page "$name" custody 0 Custody --custody-form
if [ -n "$case" ]; then
    quietly "$sealbag" seal "$case" --metadata "$facts" --yes -o case.zip
    page case.zip case 0 VERIFIED
fi
# the page about several audits of an archive, whose paths are hostile and whose faults differ from one audit to the next
mkdir -p archive
evil_path=${evil//\//-}
cp hostile.zip "archive/$evil_path.zip"
cp redacted.zip nothing.zip archive
cp many.zip archive/שלום.zip
audited() { # NAME EXIT [OPTIONS]: an audit of the archive
    local told=0
    quietly "$sealbag" audit archive -o "$1" "${@:3}" || told=$?
    [ "$told" = "$2" ] || { echo "tests/pages: the audit $1 ended with $told and not with $2" >&2; exit 1; }
}
audited first.jsonl 1
quietly "$sealbag" register make first.jsonl -o register.jsonl
cp damaged.zip "archive/$evil_path.zip"
rm archive/nothing.zip archive/redacted.zip
audited second.jsonl 1 --since first.jsonl --register register.jsonl
told=0
quietly "$sealbag" report first.jsonl second.jsonl -o board.html || told=$?
[ "$told" = 0 ] || { echo "tests/pages: the page of audits ended with $told and not with 0" >&2; exit 1; }
pages+=("board.html=2 TO LOOK AT")
# nothing good of what is damaged
for shown in "a word without end" "الأستانة" "<img"; do
    ! grep -qF "$shown" damaged.html || { echo "tests/pages: the page of a damaged bundle shows what is in it: $shown" >&2; exit 1; }
done

cp "$here/check.mjs" "$kit"
node "$kit/check.mjs" "$chromium" "$PWD/pictures" "$evil" "${pages[@]}"
