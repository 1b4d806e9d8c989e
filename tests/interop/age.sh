# Encrypted bundles, both ways: what sealbag encrypts, stock age opens, and what stock age encrypts, sealbag verifies; a changed
# byte or somebody else's key helps nobody. Sourced by run.sh.
# shellcheck shell=bash disable=SC2154 # what run.sh sets

envelopes="$top/tests/vectors/age"

typed() { # typed PASSPHRASE COMMAND...: runs it on a terminal and answers whatever it asks there
    python3 - "$@" <<'PY'
import os, pty, signal, sys
passphrase, command = sys.argv[1], sys.argv[2:]
signal.alarm(120)
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
said = b""
while True:
    try:
        heard = os.read(terminal, 4096)
    except OSError:  # how Linux says that the other end is closed
        heard = b""
    if not heard:
        break
    sys.stdout.buffer.write(heard)
    said += heard
    if said.rstrip().endswith(b":"):
        os.write(terminal, passphrase.encode() + b"\n")
        said = b""
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
PY
}
told() { # told HOME BUNDLE [OPTION...]: the exit, for whom it is, and the notes of `verify --json`
    "$sealbag" --home "$1" verify "${@:2}" --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
print(report["exit"], report["addressed"]["state"], *(note["code"] for note in report["notes"]))'
}
slips() { # slips BUNDLE IDENTITIES: what those slips hold that these identities open, as the format says
    sed -n 's/^"\([^"]*\)".*/\1/p' "$1/seal/readers.json" | while read -r slip; do
        printf %s "$slip" | base64 -d | age -d -i "$2" 2>/dev/null | head -n 1 || true
    done
}
signed_readers() { # signed_readers BUNDLE
    local who
    who=$(grep -v '^#' "$signers" | head -n 1 | cut -d' ' -f1)
    ssh-keygen -Y verify -f "$signers" -I "$who" -n readers@sealbag -s "$1/seal/readers.sig" <"$1/seal/readers.json"
}
recipient() { # recipient HOME PATTERN: of the first key there, the one that looks so
    "$sealbag" --home "$1" key list --json | python3 -c '
import json, re, sys
print(next(text for text in json.load(sys.stdin)["keys"][0]["recipients"] if re.match(sys.argv[1], text)))' "$2"
}
# An age before 1.3 takes no file in which one line is a key that it does not know.
classic_half() { grep -v '^AGE-SECRET-KEY-PQ-' "$1"; }
decrypts() { # decrypts COMMAND...: to the bytes of $at/inside.zip
    rm -f "$at/decrypted"
    "$@" >"$at/decrypted" && cmp "$at/decrypted" "$at/inside.zip"
}
meet() { # meet OWNER READER [OPTION...]: the reader believes the owner's card
    "$sealbag" --home "$1" card >"$at/card"
    "$sealbag" --home "$2" contact add "$at/card" --yes "${@:3}" >/dev/null 2>&1
}

# ---------------------------------------------------------------- one bag

encrypted() { # encrypted NAME FOLDER FACTS
    local name="$1, encrypted" folder=$2 facts=$3 at="$work/$1-encrypted" bundle header place home key other
    local desk="$at/desk" reader="$at/reader" both="$at/both" stranger="$at/stranger" court="$at/court" sealed="$at/bundle.zip.age"
    mkdir -p "$at"
    age-keygen -o "$at/reader.txt" 2>/dev/null
    age-keygen -o "$at/stranger.txt" 2>/dev/null
    ssh-keygen -q -t ed25519 -N '' -C reader -f "$at/reader.key"
    check "$name: key import --age of what age-keygen made" \
        "$sealbag" --home "$reader" key import "$at/reader.key" --name Reader --age "$at/reader.txt" --no-passphrase
    same "$name: and its recipient is the one that age-keygen tells" \
        "$(age-keygen -y "$at/reader.txt")" "$(recipient "$reader" age1)"
    "$sealbag" --home "$desk" key new --name Desk --no-passphrase >/dev/null 2>&1
    "$sealbag" --home "$both" key new --name Both --no-passphrase >/dev/null 2>&1
    "$sealbag" --home "$stranger" key new --name Stranger --no-passphrase >/dev/null 2>&1
    for home in "$reader" "$both" "$stranger" "$court"; do meet "$desk" "$home"; done
    for home in "$reader" "$both"; do meet "$home" "$desk"; done
    "$sealbag" --home "$court" contact export >"$signers" # of one who has no key, so there is only the desk's

    check "$name: seal --classic" \
        "$sealbag" --home "$desk" seal "$folder" --metadata "$facts" --to Reader --to Both --classic -o "$sealed"
    [ -f "$sealed" ] || return 0
    same "$name: verify by its reader" '0 to-you' "$(told "$reader" "$sealed")"
    check "$name: age -d" age -d -i "$at/reader.txt" -o "$at/inside.zip" "$sealed"
    [ -f "$at/inside.zip" ] || return 0
    check "$name: age -d with the identity file that sealbag keeps" decrypts age -d -i "$reader/keys/1.age" "$sealed"
    check "$name: age -d with the classic half of a key of two kinds" decrypts age -d -i <(classic_half "$both/keys/1.age") "$sealed"
    check "$name: unzip -t of what age gives" unzip -tq "$at/inside.zip"
    bundle=$(unpack "$at/inside.zip" "$at/unpacked")
    check "$name: age and unzip give back every payload byte" diff -r "$folder" "$bundle/data"
    cd "$bundle"
    check "$name: bagit.py --validate" by_bagit
    check "$name: ssh-keygen -Y verify" by_ssh_keygen
    cd "$top"
    check "$name: open" "$sealbag" --home "$reader" open "$sealed" -d "$at/opened"
    check "$name: open gives what age and unzip give, but for readers and padding" diff -r -x 'readers.*' -x padding "$bundle" "$at/opened"
    refuse "$name: who read it does not stand in what was opened" test -e "$at/opened/seal/readers.json"
    same "$name: of the decrypted ZIP nobody can tell for whom it was" '0 cannot-tell readers.left' "$(told "$reader" "$at/inside.zip")"
    same "$name: age opens one slip, which holds the hash of the reader's recipient" \
        "$(printf %s "$(age-keygen -y "$at/reader.txt")" | sha256sum | cut -c1-64)" "$(slips "$bundle" "$at/reader.txt")"
    same "$name: and none for a stranger" '' "$(slips "$bundle" "$at/stranger.txt")"
    check "$name: ssh-keygen -Y verify of the list of readers" signed_readers "$bundle"

    # passed on whole, under the same seal
    meet "$both" "$reader"
    check "$name: reseal for somebody else" "$sealbag" --home "$reader" reseal "$sealed" --to Both --classic --force -o "$at/again.age"
    age -d -i <(classic_half "$both/keys/1.age") -o "$at/again.zip" "$at/again.age" || return 0
    check "$name: unzip -t of what was passed on" unzip -tq "$at/again.zip"
    cp -r "$(unpack "$at/again.zip" "$at/again")" "$at/again-bundle"
    check "$name: and it is the same seal and payload" diff -r -x 'readers.*' -x padding "$bundle" "$at/again-bundle"
    same "$name: which names nobody" '0 to-nobody envelope.recipients' "$(told "$both" "$at/again.age")"
    refuse "$name: the first reader does not open it" age -d -i "$at/reader.txt" -o /dev/null "$at/again.age"

    # somebody else, and whoever sealed it
    refuse "$name: age does not open it with another identity" age -d -i "$at/stranger.txt" -o "$at/stolen" "$sealed"
    exits 5 "$name: nor does a stranger's sealbag" "$sealbag" --home "$stranger" verify "$sealed"
    exits 5 "$name: nor does its sealer's" "$sealbag" --home "$desk" verify "$sealed"
    exits 5 "$name: and a stranger opens nothing" "$sealbag" --home "$stranger" open "$sealed" -d "$at/stolen"
    refuse "$name: nothing came out" test -e "$at/stolen"

    # behind the header, whose last line has 47 characters, stand 16 bytes of nonce
    header=$(($(grep -a -b -o -m 1 -e '^--- ' "$sealed" | cut -d: -f1) + 48))
    for place in "the header:$((header - 10))" "the nonce:$((header + 3))" "the first piece:$((header + 1000))" 'the last piece:-1'; do
        cp "$sealed" "$at/changed.zip.age"
        flip "$at/changed.zip.age" "${place##*:}"
        refuse "$name, a byte of ${place%:*} changed: age fails" age -d -i "$at/reader.txt" -o /dev/null "$at/changed.zip.age"
        exits 1 "$name, a byte of ${place%:*} changed: sealbag fails" "$sealbag" --home "$reader" verify "$at/changed.zip.age"
    done

    # the other way: sealed by sealbag, encrypted by age
    "$sealbag" --home "$desk" seal "$folder" --metadata "$facts" -o "$at/plain.zip" >/dev/null 2>&1
    key=$(age-keygen -y "$at/reader.txt")
    other=$(age-keygen -y "$at/stranger.txt")
    age -r "$key" -o "$at/theirs.age" "$at/plain.zip"
    age -a -r "$key" -o "$at/armored.age" "$at/plain.zip"
    age -r "$key" -r "$other" -r "$(recipient "$both" 'age1(?!pq)')" -o "$at/passed-on.age" "$at/inside.zip"
    same "$name: what age encrypts is verified, with a note about its recipients" '0 to-nobody envelope.recipients' \
        "$(told "$reader" "$at/theirs.age")"
    same "$name: armored too" '0 to-nobody envelope.recipients' "$(told "$reader" "$at/armored.age")"
    same "$name: passed on to one more, it says so" '0 to-you envelope.recipients' "$(told "$both" "$at/passed-on.age")"
    check "$name: open what age encrypts" "$sealbag" --home "$reader" open "$at/armored.age" -d "$at/opened-armored"
    check "$name: and every payload byte is there" diff -r "$folder" "$at/opened-armored/data"
    exits 5 "$name: not for a stranger" "$sealbag" --home "$stranger" verify "$at/armored.age"
    # a letter of its only stanza, so that the header is well-formed still
    sed -e '3s/^A/B/;t' -e '3s/^./A/' "$at/theirs.age" >"$at/changed.age"
    refuse "$name, a letter of its stanza changed: age fails" age -d -i "$at/reader.txt" -o /dev/null "$at/changed.age"
    exits 5 "$name, a letter of its stanza changed: sealbag has no key" "$sealbag" --home "$reader" verify "$at/changed.age"
    flip "$at/theirs.age" -1
    exits 1 "$name: not with its last byte changed" "$sealbag" --home "$reader" verify "$at/theirs.age"
}

# ---------------------------------------------------------------- passphrases

passphrases() {
    local at="$work/passphrases" desk reader key
    desk="$at/desk" reader="$at/reader"
    mkdir -p "$at"
    printf 'the one that signs\nthe one that opens\n' >"$at/both"
    printf 'correct horse\n' >"$at/bundle"
    age-keygen -o "$at/reader.txt" 2>/dev/null
    ssh-keygen -q -t ed25519 -N '' -C reader -f "$at/reader.key"
    check "passphrases: key import --age, encrypted" \
        "$sealbag" --home "$reader" --passphrase-file "$at/both" key import "$at/reader.key" --name Reader --age "$at/reader.txt"
    "$sealbag" --home "$desk" key new --name Desk --no-passphrase >/dev/null 2>&1
    meet "$reader" "$desk"
    meet "$desk" "$reader" --passphrase-file "$at/both"
    key="$reader/keys/1.age"
    check "passphrases: age opens our identity file" typed 'the one that opens' age -d -o "$at/identities" "$key"
    same "passphrases: and finds the identity in it" "$(grep -v '^#' "$at/reader.txt")" "$(grep -v '^#' "$at/identities")"
    refuse "passphrases: not with the one that signs" typed 'the one that signs' age -d -o "$at/none" "$key"

    check "passphrases: seal for it" "$sealbag" --home "$desk" seal "${bags[1]}" --to Reader --classic -o "$at/classic.zip.age"
    check "passphrases: age -d with our encrypted identity file" \
        typed 'the one that opens' age -d -i "$key" -o "$at/inside.zip" "$at/classic.zip.age"
    check "passphrases: gives the ZIP" unzip -tq "$at/inside.zip"
    same "passphrases: as sealbag opens it" '0 to-you' "$(told "$reader" "$at/classic.zip.age" --passphrase-file "$at/both")"

    check "passphrases: seal --passphrase" \
        "$sealbag" --home "$desk" seal "${bags[1]}" --passphrase --weak-passphrase --passphrase-file "$at/bundle" -o "$at/under.zip.age"
    check "passphrases: age opens it" typed 'correct horse' age -d -o "$at/under.zip" "$at/under.zip.age"
    check "passphrases: and gives the ZIP" unzip -tq "$at/under.zip"
    check "passphrases: with every payload byte" diff -r "${bags[1]}" "$(unpack "$at/under.zip" "$at/under")/data"
    refuse "passphrases: not under another" typed 'battery staple' age -d -o "$at/none" "$at/under.zip.age"

    check "passphrases: age -p" typed 'correct horse' age -p -o "$at/theirs.zip.age" "$at/under.zip"
    same "passphrases: sealbag verifies what it made" '0 to-nobody' \
        "$(told "$reader" "$at/theirs.zip.age" --passphrase-file "$at/bundle")"
    exits 5 "passphrases: not under another" "$sealbag" --home "$reader" --passphrase-file "$at/both" verify "$at/theirs.zip.age"
}

# ---------------------------------------------------------------- the vectors, whoever made them

opens_vectors() { # opens_vectors TOOL PATTERN
    local keys="$work/vectors.txt" vector
    cp "$envelopes/identities.txt" "$keys"
    [[ $2 = hybrid* ]] || classic_half "$envelopes/identities.txt" >"$keys"
    # shellcheck disable=SC2231 # a pattern
    for vector in "$envelopes"/$2; do
        by "$1" "$keys" "$vector" "$work/vector.zip" && cmp "$work/vector.zip" "$envelopes/../good-least.zip" || return 1
    done
}
vectors() {
    local at="$work/vectors"
    mkdir -p "$at"
    check "vectors: age opens those for X25519" opens_vectors age 'x25519*.zip.age'
    check "vectors: age opens the one under a passphrase" \
        typed 'correct horse' age -d -o "$at/under.zip" "$envelopes/passphrase.zip.age"
    check "vectors: and gives the same bytes" cmp "$at/under.zip" "$envelopes/../good-least.zip"
    check "vectors: age opens the identity file" typed 'correct horse' age -d -o "$at/identities" "$envelopes/identities.age"
    same "vectors: and finds the same identities" "$(grep -v '^#' "$envelopes/identities.txt")" "$(grep -v '^#' "$at/identities")"
}

# ---------------------------------------------------------------- implementations that not every machine has

has() { # has TOOL WHAT COMMAND...: the command succeeds, or it is told that the tool's checks are left out
    if "${@:3}" >/dev/null 2>&1; then
        printf 'with %-11s %s\n' "$1" "$("$1" --version 2>&1 | head -n 1 || true)"
    else
        printf 'without %s, which is not on this machine: what it opens and makes is not checked\n' "$2"
        return 1
    fi
}
others() {
    local at="$work/others" kind home
    local desk="$at/desk" reader="$at/reader" stranger="$at/stranger"
    mkdir -p "$at"
    for home in "$desk" "$reader" "$stranger"; do
        "$sealbag" --home "$home" key new --name "${home##*/}" --no-passphrase >/dev/null 2>&1
    done
    meet "$desk" "$reader"
    meet "$reader" "$desk"
    "$sealbag" --home "$desk" seal "${bags[1]}" --to reader -o "$at/hybrid.zip.age" >/dev/null 2>&1
    "$sealbag" --home "$desk" seal "${bags[1]}" --to reader --classic -o "$at/classic.zip.age" >/dev/null 2>&1
    "$sealbag" --home "$desk" seal "${bags[1]}" -o "$at/plain.zip" >/dev/null 2>&1
    for home in "$reader" "$stranger"; do
        classic_half "$home/keys/1.age" >"$home.classic.txt"
        grep '^AGE-SECRET-KEY-PQ-' "$home/keys/1.age" >"$home.hybrid.txt"
    done
    for kind in classic hybrid; do
        check "$kind: open" "$sealbag" --home "$reader" open "$at/$kind.zip.age" -d "$at/$kind-opened"
    done
    if has age.mjs "npm's age-encryption" age.mjs --version; then
        another age.mjs classic
        another age.mjs hybrid
    fi
    if has rage rage rage --version; then another rage classic; fi
    if has age 'an age of 1.3 or later' age-keygen -pq; then another age hybrid; fi
}
another() { # another TOOL KIND: both ways, with keys of this kind, in the folder of `others`
    local name="$1, $2" sealed="$at/$2.zip.age" made="$at/$1-$2.age" key=age1pq vector='hybrid*.zip.age'
    [ "$2" = hybrid ] || key='age1(?!pq)' vector='x25519*.zip.age'
    check "$name: opens what sealbag encrypts" by "$1" "$reader.$2.txt" "$sealed" "$at/theirs.zip"
    check "$name: unzip -t of what it gives" unzip -tq "$at/theirs.zip"
    check "$name: it is what sealbag opens, but for readers and padding" diff -r -x 'readers.*' -x padding "$at/$2-opened" "$(unpack "$at/theirs.zip" "$at/unpacked")"
    refuse "$name: not with another identity" by "$1" "$stranger.$2.txt" "$sealed" "$at/none"
    cp "$sealed" "$at/changed.zip.age"
    flip "$at/changed.zip.age" -1
    refuse "$name: not with its last byte changed" by "$1" "$reader.$2.txt" "$at/changed.zip.age" "$at/none"
    check "$name: opens the vectors" opens_vectors "$1" "$vector"
    check "$name: encrypts" for_recipient "$1" "$(recipient "$reader" "$key")" "$at/plain.zip" "$made"
    same "$name: sealbag verifies what it encrypts" '0 to-nobody envelope.recipients' "$(told "$reader" "$made")"
    exits 5 "$name: a stranger's does not" "$sealbag" --home "$stranger" verify "$made"
    flip "$made" -1
    exits 1 "$name: nor anybody's with its last byte changed" "$sealbag" --home "$reader" verify "$made"
}
by() { "$1" -d -i "$2" <"$3" >"$4"; } # by TOOL IDENTITIES FROM TO
for_recipient() { "$1" -r "$2" <"$3" >"$4"; } # for_recipient TOOL RECIPIENT FROM TO
