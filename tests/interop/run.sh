#!/usr/bin/env bash
# Checks sealbag against tools that know nothing of it, both ways: what it seals, they must find whole; what they sign or what a
# second writer made, it must verify; and after a change of one byte, whoever should notice must notice.
#
#   tests/interop/run.sh SEALBAG WORK [FOLDER FACTS]
#
# SEALBAG is the program, WORK a folder for scratch files (made new), FOLDER and FACTS another bag and its metadata file, checked
# beside that of examples/newsroom. Needs unzip, sha256sum, bagit.py, ssh-keygen, age, openssl, python3, dash, and bash itself;
# age 1.3, rage and npm's age-encryption are used where they are.
set -euo pipefail
export LC_ALL=C.UTF-8

if [ $# -ne 2 ] && [ $# -ne 4 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
sealbag=$(realpath "$1")
rm -rf "$2"
mkdir -p "$2"
work=$(realpath "$2")
bags=("newsroom" "$top/examples/newsroom/bag" "$top/examples/newsroom/facts.json")
[ $# -eq 2 ] || bags+=("given" "$(realpath "$3")" "$(realpath "$4")")
writer="$here/second_writer.py"

# ---------------------------------------------------------------- tools

missing=0
tool() { # tool NAME PACKAGE COMMAND...: says which version is used
    if command -v "$1" >/dev/null; then
        printf 'with %-11s %s\n' "$1" "$("${@:3}" 2>&1 | head -n 1 || true)"
    else
        printf 'missing tool: %s (Debian package %s)\n' "$1" "$2" >&2
        missing=1
    fi
}
tool unzip unzip unzip -v
tool sha256sum coreutils sha256sum --version
tool ssh-keygen openssh-client ssh -V
tool age age age --version
tool age-keygen age age-keygen --version
tool openssl openssl openssl version
tool python3 python3 python3 --version
tool dash dash dpkg-query -W -f '${Version}' dash
tool bash bash bash --version
tool bagit.py 'none: pip install bagit' bagit.py --version
[ "$missing" = 0 ] || exit 1
[ -x "$sealbag" ] || { echo "no program: $sealbag" >&2; exit 1; }
"$sealbag" --version

# ---------------------------------------------------------------- counting

passed=0
failed=0
log="$work/log"
result() { # result STATUS NAME
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
        echo "ok    $2"
    else
        failed=$((failed + 1))
        echo "FAIL  $2"
        sed 's/^/        /' "$log" | head -n 20
    fi
}
check() { # check NAME COMMAND...: must succeed
    local status=0
    "${@:2}" >"$log" 2>&1 || status=$?
    result "$status" "$1"
}
refuse() { # refuse NAME COMMAND...: must fail
    if "${@:2}" >"$log" 2>&1; then result 1 "$1"; else result 0 "$1"; fi
}
exits() { # exits N NAME COMMAND...: must end with exit code N
    local status=0
    "${@:3}" >"$log" 2>&1 || status=$?
    [ "$status" = "$1" ] || echo "exit $status, expected $1" >>"$log"
    result "$([ "$status" = "$1" ] && echo 0 || echo 1)" "$2"
}
same() { # same NAME EXPECTED ACTUAL: two texts
    diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") >"$log" 2>&1 && result 0 "$1" || result 1 "$1"
}

# ---------------------------------------------------------------- the stock checks, each run in an unpacked bundle

signers="$work/signers" # what ssh-keygen believes; written by `contact export`
principal() { awk '!/^#/ && NF { print $1; exit }' "$signers"; }
by_ssh_keygen() {
    ssh-keygen -Y verify -f "$signers" -I "$(principal)" -n manifest@sealbag -s seal/manifest.sig <seal/manifest.json
}
# Ed25519 over the bytes that PROTOCOL.sshsig describes, with the key that the reader already has
by_openssl() {
    {
        printf 'SSHSIG\0\0\0\020manifest@sealbag\0\0\0\0\0\0\0\006sha512\0\0\0\100'
        openssl dgst -sha512 -binary seal/manifest.json
    } >"$work/signed"
    sed '1d;$d' seal/manifest.sig | base64 -d | tail -c 64 >"$work/signature"
    {
        printf '\060\052\060\005\006\003\053\145\160\003\041\0'
        awk '!/^#/ && NF { print $NF; exit }' "$signers" | base64 -d | tail -c 32
    } >"$work/key.der"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -sigfile "$work/signature" -in "$work/signed"
}
by_sha256sum() { sha256sum --strict --quiet -c "$1"; }
by_bagit() { bagit.py --validate --quiet .; }
# The lines of VERIFY.txt as a reader would paste them, with `== n` before the answers to step n.
pasted() { # pasted SHELL
    awk '/^[0-9]\. / { print "echo == " substr($1, 1, 1) } /^    / && step { print substr($0, 5) } /^0\. / { step = 1 }' \
        VERIFY.txt >"$work/pasted"
    mkdir -p "$work/home" "$work/tmp"
    cp "$signers" "$work/home/signers"
    HOME="$work/home" TMPDIR="$work/tmp" "$1" "$work/pasted" 2>&1 || true
}
answer() { # answer STEP TEXT: what was said at a step
    printf '%s\n' "$2" | awk -v step="== $1" '/^== / { on = $0 == step; next } on' | sed 's/^[ \t]*//'
}
pastes() { # pastes NAME WITHHELD [RELEASES]: every step of VERIFY.txt, in both shells
    local shell said good
    good=$(yes 'Good "release@sealbag" signature' | head -n "${3:-1}" || true)
    for shell in dash bash; do
        said=$(pasted "$shell")
        same "$1: VERIFY.txt step 1 in $shell" 'Good "manifest@sealbag" signature' "$(answer 1 "$said" | cut -c1-33)"
        same "$1: VERIFY.txt step 2 in $shell" whole$'\n'"0"$'\n'"$2" "$(answer 2 "$said")"
        same "$1: VERIFY.txt step 3 in $shell" 'same list' "$(answer 3 "$said")"
        same "$1: VERIFY.txt step 4 in $shell" 'unchanged' "$(answer 4 "$said")"
        same "$1: VERIFY.txt step 5 in $shell" 'nothing else' "$(answer 5 "$said")"
        [ "$2" = 0 ] || same "$1: VERIFY.txt step 6 in $shell" "$good"$'\n'0 "$(answer 6 "$said" | cut -c1-32)"
        [ "$2" != 0 ] || same "$1: VERIFY.txt step 6 in $shell" 0 "$(answer 6 "$said")"
    done
}
flip() { # flip FILE OFFSET: changes one bit of one byte; a negative offset counts from the end
    python3 - "$1" "$2" <<'PY'
import sys
with open(sys.argv[1], "r+b") as file:
    data, at = file.read(), int(sys.argv[2])
    at += len(data) if at < 0 else 0
    file.seek(at)
    file.write(bytes([data[at] ^ 1]))
PY
}
by_zipfile() { # by_zipfile ZIP FOLDER: another ZIP reader sees the same names and bytes, stored, in the order of the format
    python3 - "$1" "$2" <<'PY'
import os, sys, zipfile
archive, folder = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
assert archive.testzip() is None, "CRC-32"
names = archive.namelist()
tops = {name.split("/")[0] for name in names}
assert len(tops) == 1, tops
top = tops.pop() + "/"
tail = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "VERIFY.txt",
        "seal/items.jsonl", "seal/manifest.json", "seal/manifest.sig"]
payload = [top + "data/" + os.path.relpath(os.path.join(at, name), folder) for at, _, files in os.walk(folder) for name in files]
assert names == sorted(payload, key=str.encode) + [top + name for name in tail], names
for info in archive.infolist():
    assert info.compress_type == zipfile.ZIP_STORED and not info.is_dir() and info.external_attr == 0x81A40000, info
for name in payload:
    with open(os.path.join(folder, name[len(top + "data/"):]), "rb") as file:
        assert file.read() == archive.read(name), name
PY
}
in_zip() { # in_zip ZIP NAME: where the bytes of an entry begin
    python3 - "$1" "$2" <<'PY'
import sys, zipfile
info = next(info for info in zipfile.ZipFile(sys.argv[1]).infolist() if info.filename.endswith(sys.argv[2]))
print(info.header_offset + 30 + len(info.filename.encode()))
PY
}
json_says() { # json_says EXIT VERDICT STATE HOME BUNDLE: the contract of `verify --json`
    local out status=0
    out=$("$sealbag" --home "$4" verify "$5" --json) || status=$?
    python3 - "$status" "$@" "$out" <<'PY'
import json, sys
status, exit_, verdict, state, _, _, out = sys.argv[1:]
report = json.loads(out)
seen = (status, str(report["exit"]), report["verdict"], report["contents"]["state"])
assert seen == (exit_, exit_, verdict, state), seen
PY
}

# ---------------------------------------------------------------- one bag

unpack() { # unpack ZIP DIR: with unzip, into DIR; prints the bundle's folder
    rm -rf "$2"
    mkdir -p "$2"
    unzip -q "$1" -d "$2" || exit 1
    echo "$2"/*
}
one_bag() { # one_bag NAME FOLDER FACTS
    local name=$1 folder=$2 facts=$3 at="$work/$1" bundle
    local desk="$at/desk" reader="$at/reader" zip="$at/bundle.zip"
    mkdir -p "$at"
    check "$name: key new" "$sealbag" --home "$desk" key new --name Desk --no-passphrase
    "$sealbag" --home "$desk" card >"$at/desk.card"
    check "$name: contact add" "$sealbag" --home "$reader" contact add "$at/desk.card" --yes
    "$sealbag" --home "$reader" contact export >"$signers"
    check "$name: seal" "$sealbag" --home "$desk" seal "$folder" --metadata "$facts" -o "$zip"
    [ -f "$zip" ] || return 0
    exits 0 "$name: verify by a reader who has the card" "$sealbag" --home "$reader" verify "$zip"
    exits 3 "$name: verify by a stranger" "$sealbag" --home "$at/stranger" verify "$zip"
    check "$name: verify --json" json_says 0 verified intact "$reader" "$zip"

    check "$name: unzip -t" unzip -tq "$zip"
    check "$name: python's zipfile" by_zipfile "$zip" "$folder"
    bundle=$(unpack "$zip" "$at/unpacked")
    check "$name: unzip gives back every payload byte" diff -r "$folder" "$bundle/data"
    exits 0 "$name: verify of the unpacked folder" "$sealbag" --home "$reader" verify "$bundle"
    exits 0 "$name: verify of standard input" "$sealbag" --home "$reader" verify - <"$zip"
    check "$name: open" "$sealbag" --home "$reader" open "$zip" -d "$at/opened"
    check "$name: open gives back every payload byte" diff -r "$folder" "$at/opened/data"
    check "$name: open gives back the whole bag" diff -r "$bundle" "$at/opened"

    cd "$bundle"
    check "$name: sha256sum -c manifest-sha256.txt" by_sha256sum manifest-sha256.txt
    check "$name: sha256sum -c tagmanifest-sha256.txt" by_sha256sum tagmanifest-sha256.txt
    check "$name: bagit.py --validate" by_bagit
    check "$name: ssh-keygen -Y verify" by_ssh_keygen
    check "$name: ssh-keygen -Y find-principals" ssh-keygen -Y find-principals -f "$signers" -s seal/manifest.sig
    check "$name: openssl pkeyutl -verify" by_openssl
    pastes "$name" 0
    cd "$top"
    damaged "$name" "$at" "$zip" "$reader"
}
# The negative twin: each change of one byte, and everybody who must notice it.
damaged() { # damaged NAME DIR ZIP READER
    local name=$1 at=$2 zip=$3 reader=$4 bundle said shell

    bundle=$(unpack "$zip" "$at/payload-byte")
    cd "$bundle"
    flip data/report.txt 10
    refuse "$name, a payload byte changed: sha256sum -c fails" by_sha256sum manifest-sha256.txt
    refuse "$name, a payload byte changed: bagit.py fails" by_bagit
    for shell in dash bash; do
        said=$(pasted "$shell")
        same "$name, a payload byte changed: VERIFY.txt step 4 in $shell does not say unchanged" '' \
            "$(answer 4 "$said" | grep -x unchanged || true)"
    done
    exits 1 "$name, a payload byte changed: sealbag fails" "$sealbag" --home "$reader" verify .

    bundle=$(unpack "$zip" "$at/listed-byte")
    cd "$bundle"
    flip data/report.txt 10
    sed -i "s/^[0-9a-f]*  data\/report.txt\$/$(sha256sum <data/report.txt | cut -c1-64)  data\/report.txt/" manifest-sha256.txt
    check "$name, a payload byte and its line changed: sha256sum -c of the payload alone is content" by_sha256sum manifest-sha256.txt
    refuse "$name, a payload byte and its line changed: sha256sum -c of the tag files fails" by_sha256sum tagmanifest-sha256.txt
    refuse "$name, a payload byte and its line changed: bagit.py fails" by_bagit
    for shell in dash bash; do
        said=$(pasted "$shell")
        same "$name, a payload byte and its line changed: VERIFY.txt step 3 in $shell does not say same list" '' \
            "$(answer 3 "$said" | grep -x 'same list' || true)"
    done
    exits 1 "$name, a payload byte and its line changed: sealbag fails" "$sealbag" --home "$reader" verify .

    bundle=$(unpack "$zip" "$at/manifest-byte")
    cd "$bundle"
    flip seal/manifest.json -10
    refuse "$name, a byte of the manifest changed: ssh-keygen fails" by_ssh_keygen
    refuse "$name, a byte of the manifest changed: openssl fails" by_openssl
    refuse "$name, a byte of the manifest changed: sha256sum -c fails" by_sha256sum tagmanifest-sha256.txt
    refuse "$name, a byte of the manifest changed: bagit.py fails" by_bagit
    for shell in dash bash; do
        said=$(pasted "$shell")
        same "$name, a byte of the manifest changed: VERIFY.txt step 1 in $shell does not say Good" '' \
            "$(answer 1 "$said" | grep '^Good' || true)"
    done
    exits 1 "$name, a byte of the manifest changed: sealbag fails" "$sealbag" --home "$reader" verify .

    bundle=$(unpack "$zip" "$at/signature-byte")
    cd "$bundle"
    flip seal/manifest.sig 260
    refuse "$name, a byte of the signature changed: ssh-keygen fails" by_ssh_keygen
    refuse "$name, a byte of the signature changed: openssl fails" by_openssl
    exits 1 "$name, a byte of the signature changed: sealbag fails" "$sealbag" --home "$reader" verify .

    bundle=$(unpack "$zip" "$at/item-byte")
    cd "$bundle"
    flip seal/items.jsonl 12 # in the salt of the first line
    refuse "$name, a byte of an item changed: sha256sum -c fails" by_sha256sum tagmanifest-sha256.txt
    for shell in dash bash; do
        said=$(pasted "$shell")
        same "$name, a byte of an item changed: VERIFY.txt step 2 in $shell counts it" $'whole\n1\n1' "$(answer 2 "$said")"
    done
    exits 1 "$name, a byte of an item changed: sealbag fails" "$sealbag" --home "$reader" verify .

    bundle=$(unpack "$zip" "$at/file-added")
    cd "$bundle"
    echo forged >data/added.txt
    refuse "$name, a file added: bagit.py fails" by_bagit
    for shell in dash bash; do
        said=$(pasted "$shell")
        same "$name, a file added: VERIFY.txt step 4 in $shell names it" $'unchanged\ndata/added.txt' "$(answer 4 "$said")"
    done
    exits 1 "$name, a file added: sealbag fails" "$sealbag" --home "$reader" verify .

    bundle=$(unpack "$zip" "$at/stray")
    cd "$bundle"
    echo 'all is well' >README.txt
    for shell in dash bash; do
        same "$name, a file beside it: VERIFY.txt step 5 in $shell names it" $'nothing else\n./README.txt' "$(answer 5 "$(pasted "$shell")")"
    done
    exits 1 "$name, a file beside it: sealbag fails" "$sealbag" --home "$reader" verify .
    rm README.txt
    flip bagit.txt 15
    for shell in dash bash; do
        said=$(answer 5 "$(pasted "$shell")")
        same "$name, bagit.txt changed: VERIFY.txt step 5 in $shell does not say nothing else" '' "$(grep -x 'nothing else' <<<"$said" || true)"
    done

    # two ways in which shells and sed read different lines, and a link that is no file
    bundle=$(unpack "$zip" "$at/line-unended")
    cd "$bundle"
    printf '%s' "$(head -n 1 seal/items.jsonl)" >>seal/items.jsonl
    for shell in dash bash; do
        said=$(answer 2 "$(pasted "$shell")")
        same "$name, a line without its end: VERIFY.txt step 2 in $shell does not say whole" '' "$(grep -x whole <<<"$said" || true)"
    done
    exits 1 "$name, a line without its end: sealbag fails" "$sealbag" --home "$reader" verify .
    bundle=$(unpack "$zip" "$at/nul")
    cd "$bundle"
    sed -i '1s/"kind":"fi/&\x00/; 1s/"kind":"fie/&\x00/' seal/items.jsonl
    for shell in dash bash; do
        said=$(answer 2 "$(pasted "$shell")")
        same "$name, a NUL in a line: VERIFY.txt step 2 in $shell does not say whole" '' "$(grep -x whole <<<"$said" || true)"
    done
    exits 1 "$name, a NUL in a line: sealbag fails" "$sealbag" --home "$reader" verify .
    bundle=$(unpack "$zip" "$at/link-added")
    cd "$bundle"
    ln -s report.txt data/link
    for shell in dash bash; do
        same "$name, a link added: VERIFY.txt step 4 in $shell names it" $'unchanged\ndata/link' "$(answer 4 "$(pasted "$shell")")"
    done
    exits 1 "$name, a link added: sealbag fails" "$sealbag" --home "$reader" verify .
    cd "$top"

    cp "$zip" "$at/changed.zip"
    flip "$at/changed.zip" "$(($(in_zip "$zip" /data/report.txt) + 10))"
    refuse "$name, a payload byte of the ZIP changed: unzip -t fails" unzip -tq "$at/changed.zip"
    refuse "$name, a payload byte of the ZIP changed: python's zipfile fails" by_zipfile "$at/changed.zip" "$at"
    exits 1 "$name, a payload byte of the ZIP changed: sealbag fails" "$sealbag" --home "$reader" verify "$at/changed.zip"
    check "$name, a payload byte of the ZIP changed: verify --json" json_says 1 failed altered "$reader" "$at/changed.zip"
}

# ---------------------------------------------------------------- keys both ways

keys() {
    local at="$work/keys" bundle private
    mkdir -p "$at"
    ssh-keygen -q -t ed25519 -N '' -C 'made by ssh-keygen' -f "$at/theirs"
    check "keys: sealbag imports a key of ssh-keygen" "$sealbag" --home "$at/home" key import "$at/theirs" --name Theirs --no-passphrase
    "$sealbag" --home "$at/home" card >"$at/theirs.card"
    check "keys: seal with it" "$sealbag" --home "$at/home" seal "${bags[1]}" --title 'A title' -o "$at/bundle.zip"
    bundle=$(unpack "$at/bundle.zip" "$at/unpacked")
    ssh-keygen -q -Y sign -f "$at/theirs" -n manifest@sealbag - <"$bundle/seal/manifest.json" >"$at/manifest.sig"
    check "keys: ssh-keygen -Y sign writes our manifest.sig, byte for byte" cmp "$at/manifest.sig" "$bundle/seal/manifest.sig"
    head -n 1 "$at/theirs.card" | ssh-keygen -q -Y sign -f "$at/theirs" -n card@sealbag - >"$at/card.sig"
    check "keys: and the signature on our card" cmp "$at/card.sig" <(tail -n +2 "$at/theirs.card")
    "$sealbag" --home "$at/reader" contact add "$at/theirs.card" --yes >/dev/null 2>&1
    exits 0 "keys: verify what it sealed" "$sealbag" --home "$at/reader" verify "$at/bundle.zip"
    cp "$at/manifest.sig" "$bundle/seal/manifest.sig"
    exits 0 "keys: verify with the signature that ssh-keygen wrote" "$sealbag" --home "$at/reader" verify "$bundle"
    ssh-keygen -q -Y sign -f "$at/theirs" -n git - <"$bundle/seal/manifest.json" >"$bundle/seal/manifest.sig"
    exits 1 "keys: a signature made for git is no seal" "$sealbag" --home "$at/reader" verify "$bundle"

    "$sealbag" --home "$at/ours" key new --name Ours --no-passphrase >/dev/null 2>&1
    "$sealbag" --home "$at/ours" card >"$at/ours.card"
    private=$(grep -rl 'BEGIN OPENSSH PRIVATE KEY' "$at/ours")
    same "keys: ssh-keygen reads a key of sealbag" "$(head -n 1 "$at/ours.card" | grep -o 'ssh-ed25519 [A-Za-z0-9+/=]*')" \
        "$(ssh-keygen -y -P '' -f "$private" | cut -d' ' -f1,2)"
}

# ---------------------------------------------------------------- what keys say of themselves

by_ssh_keygen_statement() { # by_ssh_keygen_statement WHO NAMESPACE: of line and sig
    ssh-keygen -Y verify -f signers -I "$1" -n "$2" -s sig <line
}
statements() {
    local at="$work/statements" who new
    mkdir -p "$at"
    cd "$at"
    ssh-keygen -q -t ed25519 -N '' -C 'Old' -f old
    "$sealbag" --home home key import old --name Old --no-passphrase >/dev/null 2>&1
    "$sealbag" --home home card >old.card
    "$sealbag" contact export --card old.card --quiet >signers
    who=$(grep -v '^#' signers | cut -d' ' -f1)
    check "statements: a key after it" "$sealbag" --home home key new --succeeds Old --no-passphrase
    "$sealbag" --home home card >new.card
    # the lines of the format's section 11
    sed -n '/sealbag-succession/p' new.card >line
    sed '1,/sealbag-succession/d;/^-----END/q' new.card >sig
    check "statements: ssh-keygen -Y verify of a succession by the old key" by_ssh_keygen_statement "$who" succession@sealbag
    ssh-keygen -q -Y sign -f old -n succession@sealbag - <line >by-stock
    check "statements: ssh-keygen -Y sign writes it, byte for byte" cmp by-stock sig
    "$sealbag" contact export --card new.card --quiet >>signers
    new=$(grep -v '^#' signers | cut -d' ' -f1 | tail -n 1)
    sed '1,/sealbag-succession/d' new.card | sed '1,/^-----END/d' >sig
    check "statements: and by the new key" by_ssh_keygen_statement "$new" succession@sealbag
    refuse "statements: nor is it the old key's: ssh-keygen fails" by_ssh_keygen_statement "$who" succession@sealbag

    "$sealbag" --home reader contact add old.card --yes >/dev/null 2>&1
    check "statements: a contact is moved" "$sealbag" --home reader contact add new.card --yes --force
    check "statements: key revoke" "$sealbag" --home home key revoke "$who" --since 2026-01-01T00:00:00Z -o not-mine --yes
    head -n 1 not-mine >line
    tail -n +2 not-mine >sig
    check "statements: ssh-keygen -Y verify of a revocation" by_ssh_keygen_statement "$who" revocation@sealbag
    refuse "statements: in another namespace it fails" by_ssh_keygen_statement "$who" card@sealbag
    ssh-keygen -q -Y sign -f old -n revocation@sealbag - <line | cat line - >by-stock
    check "statements: one that ssh-keygen signed" cmp by-stock not-mine
    exits 0 "statements: is taken in" "$sealbag" --home reader contact revoke --statement by-stock
    sed -i 's/2026-01-01/2026-01-02/' line
    refuse "statements: a byte of it changed: ssh-keygen fails" by_ssh_keygen_statement "$who" revocation@sealbag
    cat line sig >changed
    exits 1 "statements: a byte of it changed: sealbag fails" "$sealbag" --home reader contact revoke --statement changed
    cd "$top"
}

# ---------------------------------------------------------------- custody

# The lines of the format's section 10 for entry n of a log: cut out the entry and its signature, and let ssh-keygen check it.
custody_entry() { # custody_entry LOG N: writes entry and sig into the current folder
    sed -n "${2}p" "$1" | sed 's/^{"entry":\(.*\),"sig":"[^"]*"}$/\1/' | tr -d '\n' >entry
    { echo '-----BEGIN SSH SIGNATURE-----'; sed -n "${2}p" "$1" | sed 's/.*,"sig":"\([^"]*\)"}$/\1/' | fold -w 70; echo '-----END SSH SIGNATURE-----'; } >sig
}
custody() {
    local at="$work/custody" kept who n before=''
    mkdir -p "$at"
    "$sealbag" --home "$at/home" key new --name Keeper --no-passphrase >/dev/null 2>&1
    "$sealbag" --home "$at/home" contact export >"$at/signers"
    who=$(grep -v '^#' "$at/signers" | cut -d' ' -f1)
    "$sealbag" --home "$at/home" seal "${bags[1]}" --title 'A title' -o "$at/bundle.zip" --yes >/dev/null 2>&1
    check "custody: receive" "$sealbag" --home "$at/home" receive "$at/bundle.zip" --place 'room "4"' --purpose 'a \ b'
    check "custody: add" "$sealbag" --home "$at/home" custody add stored "$at/bundle.zip" --note 'shelf "sig":"12"'
    kept="$at/bundle.zip.custody.jsonl"
    cd "$at"
    for n in 1 2; do
        custody_entry "$kept" "$n"
        check "custody: ssh-keygen -Y verify of entry $n" by_ssh_keygen_entry "$who"
        same "custody: entry $n names the one before" "${before:-null}" "$(grep -o '"prev":[^,]*' entry | head -n 1 | cut -d: -f2 | tr -d '"')"
        before=$(sha256sum entry | cut -c1-64)
    done
    sed -i 's/shelf/shelg/' entry
    refuse "custody: a byte of an entry changed: ssh-keygen fails" by_ssh_keygen_entry "$who"
    sed -i '2s/shelf/shelg/' "$kept"
    exits 1 "custody: a byte of an entry changed: sealbag fails" "$sealbag" --home "$at/home" custody verify "$kept"
    cd "$top"
}
by_ssh_keygen_entry() { ssh-keygen -Y verify -f signers -I "$1" -n custody@sealbag -s sig <entry; }

# ---------------------------------------------------------------- the second writer

second_writer() {
    local at="$work/second" bundle
    mkdir -p "$at"
    python3 "$writer" "$at/plain.zip"
    python3 "$writer" --redacted "$at/redacted.zip"
    python3 "$writer" --padded "$at/padded.zip"
    python3 "$writer" --card "$at/writer.card"
    exits 3 "second writer: its bundle is a stranger's" "$sealbag" --home "$at/reader" verify "$at/plain.zip"
    check "second writer: its card is taken" "$sealbag" --home "$at/reader" contact add "$at/writer.card" --yes
    check "second writer: its bundle is verified" json_says 0 verified intact "$at/reader" "$at/plain.zip"
    check "second writer: its padded bundle is verified" json_says 0 verified intact "$at/reader" "$at/padded.zip"
    check "second writer: its redacted bundle is verified" json_says 0 verified withheld "$at/reader" "$at/redacted.zip"
    check "second writer: open" "$sealbag" --home "$at/reader" open "$at/plain.zip" -d "$at/opened"
    "$sealbag" --home "$at/reader" contact export --card "$at/writer.card" >"$signers"
    same "second writer: a card alone makes the line for ssh-keygen" "$("$sealbag" --home "$at/reader" contact export)" "$(cat "$signers")"
    for form in plain padded redacted; do
        bundle=$(unpack "$at/$form.zip" "$at/$form")
        exits 0 "second writer: its $form folder is verified" "$sealbag" --home "$at/reader" verify "$bundle"
        cd "$bundle"
        check "second writer, $form: bagit.py --validate" by_bagit
        check "second writer, $form: openssl pkeyutl -verify" by_openssl
        pastes "second writer, $form" "$([ "$form" = redacted ] && echo 2 || echo 0)"
        cd "$top"
    done
    cp "$at/padded.zip" "$at/changed.zip"
    flip "$at/changed.zip" "$(in_zip "$at/padded.zip" seal/padding)"
    exits 1 "second writer: padding that is not zero fails" "$sealbag" --home "$at/reader" verify "$at/changed.zip"
    check "second writer: the documentation shows what it writes" documented
}
# Vectors that are too large to be kept. Those of a million items take minutes, so only SEALBAG_ALL_VECTORS=1 asks for them.
made() {
    local at="$work/made" by what exit sha256
    mkdir -p "$at"
    python3 "$writer" --card "$at/card"
    "$sealbag" --home "$at/reader" contact add "$at/card" --yes >/dev/null 2>&1
    while IFS=$'\t' read -r by what exit sha256; do
        case "$by" in *1000*) [ "${SEALBAG_ALL_VECTORS:-}" = 1 ] || continue ;; esac
        # shellcheck disable=SC2086 # the options of the index
        python3 "$here/"$by "$at/bundle.zip"
        same "made vector, $what: its bytes" "$sha256" "$(sha256sum <"$at/bundle.zip" | cut -c1-64)"
        exits "$exit" "made vector, $what: verify" "$sealbag" --home "$at/reader" verify "$at/bundle.zip"
        rm "$at/bundle.zip"
    done < <(python3 - "$top/tests/vectors/index.json" <<'PY'
import json, sys
for row in json.load(open(sys.argv[1], encoding="utf-8"))["made"]:
    print(row["by"], row["what"], row["exit"], row["sha256"], sep="\t")
PY
    )
}
documented() { # every block of the worked example, and VERIFY.txt, stand in the format's documentation
    python3 - "$writer" "$top" <<'PY'
import re, subprocess, sys
writer, top = sys.argv[1:]
page = open(top + "/src/docs/format.md", encoding="utf-8").read()
shown = subprocess.run([sys.executable, writer, "--show"], stdout=subprocess.PIPE, check=True).stdout.decode()
blocks = dict(part.split("\n", 1) for part in re.split(r"(?m)^== ", shown)[1:])
blocks["VERIFY.txt"] = open(top + "/src/format/VERIFY.txt", encoding="ascii").read()
absent = [title for title, text in blocks.items() if "```text\n" + text + "```\n" not in page]
assert blocks and not absent, "not in src/docs/format.md: " + ", ".join(absent)
PY
}

# shellcheck source=tests/interop/age.sh
source "$here/age.sh"
# shellcheck source=tests/interop/withheld.sh
source "$here/withheld.sh"
# shellcheck source=tests/interop/timestamps.sh
source "$here/timestamps.sh"
for ((n = 0; n < ${#bags[@]}; n += 3)); do
    one_bag "${bags[@]:n:3}"
    encrypted "${bags[@]:n:3}"
    withheld "${bags[@]:n:3}"
done
keys
statements
custody
timestamps
passphrases
vectors
others
second_writer
made
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
