# Withheld and disclosed items, seen by tools that know nothing of sealbag: what stays is whole and was sealed, what is gone is
# nowhere, and what is given back is what was sealed. Sourced by run.sh.
# shellcheck shell=bash disable=SC2154 # what run.sh sets

to_withhold() { # to_withhold FOLDER FACTS: three files that are no report, and a source whose identity is told; one a line
    python3 - "$@" <<'PY'
import json, os, sys
folder, facts = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
files = sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)
photos = [path for path in files if not path.endswith(".txt")]
assert len(photos) > 2, files
print(*photos[:3], next(name for name, told in facts["sources"].items() if "identity" in told), sep="\n")
PY
}
# Every salt, path, file name, SHA-256 and value of the lines, as the bundle writes them. A value is left out where something that
# stays says the same, or where it is so short that it can stand in any bytes by chance.
secrets() { # secrets BUNDLE LINES: of the lines of an unpacked bundle that are to be withheld
    python3 - "$@" <<'PY'
import json, os, sys
bundle, gone = sys.argv[1], open(sys.argv[2], encoding="utf-8").read().splitlines()
stay = [line for line in open(bundle + "/seal/items.jsonl", encoding="utf-8").read().splitlines() if line not in gone]
read = lambda path: open(os.path.join(bundle, "data", path), "rb").read()
staying = "\n".join(stay).encode() + b"".join(read(item["path"]) for item in map(json.loads, stay) if item["kind"] == "file")
always, values = set(), set()
for line in gone:
    item = json.loads(line)
    always.add(item["salt"])
    if item["kind"] == "file":
        always |= {item["path"], os.path.basename(item["path"]), item["sha256"]}
    else:
        always.add(item["about"].removeprefix("file:"))
        values.add(line.split('"value":"', 1)[1].removesuffix('"}'))
always = {text for text in always if not text.startswith("source:")}
assert gone and all(text in "\n".join(gone) for text in always), "read wrongly"
told = {value for value in values if len(value.encode()) > 5 and value.encode() not in staying}
print(f"{len(values - told)} values of {len(values)} also stand in what stays, or are too short", file=sys.stderr)
print(*sorted(always | told), sep="\n")
PY
}
everything() { # everything FILE PLACE...: the bytes of every file there, and its name below the place
    find "${@:2}" -printf '%P\n' >"$1" && find "${@:2}" -type f -exec cat {} + >>"$1"
}
tells_all() { # tells_all SECRETS PLACE...: each of them stands there
    local secret count=0
    everything "$work/everything" "${@:2}" || return 2
    while IFS= read -r secret; do
        LC_ALL=C grep -aqF -e "$secret" "$work/everything" || { echo "not there: $secret"; return 1; }
        count=$((count + 1))
    done <"$1"
    [ "$count" -gt 3 ]
}
tells_none() { # tells_none SECRETS PLACE...: none of them stands there
    local secret status
    everything "$work/everything" "${@:2}" || return 2
    [ -s "$1" ] || return 2
    while IFS= read -r secret; do
        status=0
        LC_ALL=C grep -aqF -e "$secret" "$work/everything" || status=$?
        [ "$status" = 1 ] || { echo "there: $secret"; return 1; }
    done <"$1"
}
released_by() { # released_by SIGNERS RELEASE: whoever is the only one there has signed it
    local signers=$1
    ssh-keygen -Y verify -f "$signers" -I "$(principal)" -n release@sealbag -s "seal/release-$2.sig" <"seal/release-$2.json"
}
released_by_openssl() { # released_by_openssl SIGNERS RELEASE: the same, from the bytes that PROTOCOL.sshsig describes
    {
        printf 'SSHSIG\0\0\0\017release@sealbag\0\0\0\0\0\0\0\006sha512\0\0\0\100'
        openssl dgst -sha512 -binary "seal/release-$2.json"
    } >"$work/signed"
    sed '1d;$d' "seal/release-$2.sig" | base64 -d | tail -c 64 >"$work/signature"
    {
        printf '\060\052\060\005\006\003\053\145\160\003\041\0'
        awk '!/^#/ && NF { print $NF; exit }' "$1" | base64 -d | tail -c 32
    } >"$work/key.der"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -sigfile "$work/signature" -in "$work/signed"
}
sealed_lines() { # sealed_lines FILE: the seal of this unpacked bundle commits to each line
    local line
    [ -s "$1" ] || return 1
    while IFS= read -r line; do
        grep -q "^\"$(printf '%s\n' "$line" | sha256sum | cut -c1-64)\"" seal/manifest.json || { echo "not sealed: $line"; return 1; }
    done <"$1"
}
retag() { # retag FILE: its line in tagmanifest-sha256.txt says what it is now
    sed -i "s|^[0-9a-f]*  $1\$|$(sha256sum <"$1" | cut -c1-64)  $1|" tagmanifest-sha256.txt
}
about() { # about PATH: the pattern of the lines that are the file and what is said about it
    printf '"kind":"file","path":"%s"\n"about":"file:%s"\n' "$1" "$1"
}
pastes_but() { # pastes_but NAME STEP TEXT: what one step of VERIFY.txt says, in both shells
    local shell
    for shell in dash bash; do
        same "$1: VERIFY.txt step $2 in $shell says so" "$3" "$(answer "$2" "$(pasted "$shell")" | grep -v '^Good')"
    done
}

withheld() { # withheld NAME FOLDER FACTS
    local name="$1, withheld" folder=$2 facts=$3 at="$work/$1-withheld" bundle chosen one two three source home full once twice step
    local desk="$at/desk" other="$at/other" all="$at/all" first="$at/first" second="$at/second" reader="$at/reader"
    mkdir -p "$at"
    mapfile -t chosen < <(to_withhold "$folder" "$facts")
    one=${chosen[0]} two=${chosen[1]} three=${chosen[2]} source=${chosen[3]}
    for home in "$desk" "$other" "$reader"; do
        "$sealbag" --home "$home" key new --name "${home##*/}" --no-passphrase >/dev/null 2>&1
    done
    for home in "$other" "$all" "$first" "$reader"; do meet "$desk" "$home"; done
    for home in "$all" "$second" "$reader"; do meet "$other" "$home"; done
    meet "$reader" "$desk"
    for home in "$first" "$second"; do "$sealbag" --home "$home" contact export >"$home.signers"; done
    "$sealbag" --home "$desk" seal "$folder" --metadata "$facts" -o "$at/full.zip" >/dev/null 2>&1
    full=$(unpack "$at/full.zip" "$at/full")
    { about "$one" && about "$two" && printf '"about":"source:%s","name":"identity"\n' "$source"; } >"$at/patterns"
    grep -F -f "$at/patterns" "$full/seal/items.jsonl" >"$at/gone-once"
    { cat "$at/patterns" && about "$three"; } >"$at/patterns-twice"
    grep -F -f "$at/patterns-twice" "$full/seal/items.jsonl" >"$at/gone-twice"
    once=$(wc -l <"$at/gone-once") twice=$(wc -l <"$at/gone-twice")
    for step in once twice; do
        check "$name $step: what to look for" secrets "$full" "$at/gone-$step"
        secrets "$full" "$at/gone-$step" >"$at/secrets-$step" 2>/dev/null
    done

    # the first author
    check "$name: redact" "$sealbag" --home "$desk" redact "$at/full.zip" --withhold "$one" "$two" "source:$source#identity" \
        --reason 'their safety' --anyway -o "$at/once.zip"
    [ -f "$at/once.zip" ] || return 0
    for home in "$first" "$all" "$desk" "$other"; do
        exits 0 "$name once: verify by ${home##*/}" "$sealbag" --home "$home" verify "$at/once.zip"
    done
    exits 3 "$name once: verify by who believes somebody else" "$sealbag" --home "$second" verify "$at/once.zip"
    exits 4 "$name once: verify --require complete" "$sealbag" --home "$all" verify "$at/once.zip" --require complete
    redacted once "$once" 1
    cd "$bundle"
    check "$name once: ssh-keygen -Y verify of the release" released_by "$first.signers" 1
    check "$name once: openssl pkeyutl -verify of the release" released_by_openssl "$first.signers" 1
    refuse "$name once: it is not the release of somebody else" released_by "$second.signers" 1
    cd "$top"

    # the second
    check "$name: redact by somebody else" \
        "$sealbag" --home "$other" redact "$at/once.zip" --withhold "$three" --reason 'as a court asked' --anyway -o "$at/twice.zip"
    [ -f "$at/twice.zip" ] || return 0
    for home in "$all" "$reader" "$other"; do
        exits 0 "$name twice: verify by ${home##*/}" "$sealbag" --home "$home" verify "$at/twice.zip" --releases-by other
    done
    for home in "$all" "$reader"; do
        exits 4 "$name twice: verify by ${home##*/}, who lets nobody but the signer" "$sealbag" --home "$home" verify "$at/twice.zip"
    done
    exits 3 "$name twice: verify by who believes the first author only" "$sealbag" --home "$first" verify "$at/twice.zip"
    exits 3 "$name twice: verify by the first author" "$sealbag" --home "$desk" verify "$at/twice.zip"
    exits 4 "$name twice: verify --require complete" "$sealbag" --home "$all" verify "$at/twice.zip" --releases-by other --require complete
    redacted twice "$twice" 2
    cd "$bundle"
    check "$name twice: ssh-keygen -Y verify of the first release" released_by "$first.signers" 1
    check "$name twice: ssh-keygen -Y verify of the second release" released_by "$second.signers" 2
    check "$name twice: openssl pkeyutl -verify of the second release" released_by_openssl "$second.signers" 2
    refuse "$name twice: the second release is not the first author's" released_by "$first.signers" 2
    cd "$top"
    for step in once full; do
        exits 0 "$name twice: verify --against $step" "$sealbag" --home "$all" verify "$at/twice.zip" --releases-by other --against "$at/$step.zip"
    done

    given_back
    by_hand
}
redacted() { # redacted STEP WITHHELD RELEASES: the stock tools, in the scope of `withheld`; sets its bundle
    local signers="$first.signers"
    check "$name $1: unzip -t" unzip -tq "$at/$1.zip"
    bundle=$(unpack "$at/$1.zip" "$at/$1")
    check "$name $1: the search finds all of it in the full bundle" tells_all "$at/secrets-$1" "$at/full.zip"
    check "$name $1: and in the full bundle unpacked" tells_all "$at/secrets-$1" "$at/full"
    check "$name $1: and nothing in this one" tells_none "$at/secrets-$1" "$at/$1.zip"
    check "$name $1: nor in this one unpacked" tells_none "$at/secrets-$1" "$at/$1"
    cd "$bundle"
    check "$name $1: sha256sum -c manifest-sha256.txt" by_sha256sum manifest-sha256.txt
    check "$name $1: sha256sum -c tagmanifest-sha256.txt" by_sha256sum tagmanifest-sha256.txt
    check "$name $1: bagit.py --validate" by_bagit
    check "$name $1: ssh-keygen -Y verify" by_ssh_keygen
    check "$name $1: each line was sealed" sealed_lines seal/items.jsonl
    check "$name $1: each line is one of the full bundle" same_but "$at/gone-$1" "$full/seal/items.jsonl" seal/items.jsonl
    cat "$first.signers" "$second.signers" >"$at/signers"
    signers="$at/signers"
    pastes "$name $1" "$2" "$3"
    cd "$top"
}
same_but() { # same_but GONE FULL LEFT: the lines that are left are all others, in their order
    grep -vxF -f "$1" "$2" | cmp - "$3"
}
disclosed_lines() { # disclosed_lines DISCLOSURE COUNT: its item lines
    head -n "$(($2 + 1))" "$1" | tail -n +2
}
given_back() { # one photo with what is said about it to one reader, and one fact to whoever has the file; in the scope of `withheld`
    local count size zeros at_photo="$at/photo" seen
    about "$one" >"$at/patterns-photo"
    count=$(grep -cF -f "$at/patterns-photo" "$full/seal/items.jsonl")
    size=$(wc -c <"$folder/$one")
    check "$name: disclose --to --classic" \
        "$sealbag" --home "$desk" disclose "$at/full.zip" --item "$one" --to reader --classic -o "$at_photo.age"
    check "$name: disclose one fact, in plain" \
        "$sealbag" --home "$desk" disclose "$at/full.zip" --item "source:$source#identity" -o "$at/fact"
    [ -f "$at_photo.age" ] && [ -f "$at/fact" ] || return 0
    check "$name: age -d of the disclosure" age -d -i <(classic_half "$reader/keys/1.age") -o "$at_photo" "$at_photo.age"
    check "$name: nothing of it can be read before" tells_none "$at/secrets-once" "$at_photo.age"
    cd "$bundle"
    for seen in "photo $count" 'fact 1'; do
        disclosed_lines "$at/${seen% *}" "${seen#* }" >"$at/lines"
        same "$name, disclosed ${seen% *}: its first line" \
            "{\"format\":\"sealbag-disclosure/1\",\"bundle\":\"$(sha256sum <seal/manifest.json | cut -c1-64)\",\"items\":${seen#* }}" \
            "$(head -n 1 "$at/${seen% *}")"
        check "$name, disclosed ${seen% *}: each line was sealed" sealed_lines "$at/lines"
        refuse "$name, disclosed ${seen% *}: none of its lines is shown in the bundle" grep -qxF -f "$at/lines" seal/items.jsonl
        exits 0 "$name, disclosed ${seen% *}: verify --with" \
            "$sealbag" --home "$reader" verify "$at/twice.zip" --releases-by other --with "$at/${seen% *}"
    done
    cd "$top"
    zeros=$(($(wc -c <"$at_photo") - $(head -n $((count + 1)) "$at_photo" | wc -c) - size))
    check "$name, disclosed photo: behind the lines is the file, then zeros and nothing else" \
        cmp <(cat <(head -n $((count + 1)) "$at_photo") "$folder/$one" <(head -c "$zeros" /dev/zero)) "$at_photo"
    same "$name, disclosed photo: and its line has its SHA-256" "$(sha256sum <"$folder/$one" | cut -c1-64) $size" \
        "$(disclosed_lines "$at_photo" "$count" | sed -n 's/.*"kind":"file".*"size":\([0-9]*\),"sha256":"\([0-9a-f]*\)".*/\2 \1/p')"
    exits 0 "$name: verify --with what is encrypted" "$sealbag" --home "$reader" verify "$at/twice.zip" --releases-by other --with "$at_photo.age"
    exits 5 "$name: not by who cannot decrypt it" "$sealbag" --home "$all" verify "$at/twice.zip" --with "$at_photo.age"
    check "$name: open --with" "$sealbag" --home "$reader" open "$at/twice.zip" --releases-by other --with "$at_photo.age" -d "$at/opened"
    check "$name: gives back the photo" cmp "$folder/$one" "$at/opened-disclosed/data/$one"
    check "$name: and the rest as unzip gives it" diff -r "$bundle" "$at/opened"

    sed -e '2s/"salt":"0/"salt":"1/;t' -e '2s/"salt":"./"salt":"0/' "$at/fact" >"$at/fact-changed"
    cp "$at_photo" "$at_photo-changed"
    flip "$at_photo-changed" $((-zeros - 1)) # the last byte of the photo
    cd "$bundle"
    disclosed_lines "$at/fact-changed" 1 >"$at/lines"
    refuse "$name, a salt of the disclosure changed: its line was not sealed" sealed_lines "$at/lines"
    cd "$top"
    for seen in fact photo; do
        exits 1 "$name, the disclosed $seen changed: sealbag fails" \
            "$sealbag" --home "$reader" verify "$at/twice.zip" --releases-by other --with "$at/$seen-changed"
    done
}
by_hand() { # the negative twin, in the scope of `withheld`: lines that go or come back without a release
    local gone="\"about\":\"source:$source\",\"name\":\"identity\"" twin line signers="$first.signers"
    line=$(grep -m 1 -F "$gone" "$full/seal/items.jsonl")
    twin="$name, a line dropped by hand"
    bundle=$(unpack "$at/full.zip" "$at/dropped")
    cd "$bundle"
    grep -vxF -e "$line" "$full/seal/items.jsonl" >seal/items.jsonl
    retag seal/items.jsonl
    check "$twin: bagit.py sees nothing" by_bagit
    check "$twin: nor does ssh-keygen" by_ssh_keygen
    pastes_but "$twin" 2 $'whole\n0\n1'
    exits 1 "$twin: sealbag fails" "$sealbag" --home "$all" verify .

    twin="$name, one more line dropped by hand"
    bundle=$(unpack "$at/once.zip" "$at/dropped-once")
    cd "$bundle"
    line=$(grep -m 1 -F '"kind":"field"' seal/items.jsonl)
    grep -vxF -e "$line" "$full/seal/items.jsonl" | grep -vxF -f "$at/gone-once" >seal/items.jsonl
    retag seal/items.jsonl
    check "$twin: bagit.py sees nothing" by_bagit
    pastes_but "$twin" 2 "whole"$'\n'"0"$'\n'"$((once + 1))"
    pastes_but "$twin" 6 1
    exits 1 "$twin: sealbag fails" "$sealbag" --home "$all" verify .

    twin="$name, the reason of a release changed"
    bundle=$(unpack "$at/once.zip" "$at/reason")
    cd "$bundle"
    sed -i 's/their safety/your safety/' seal/release-1.json
    check "$twin: bagit.py sees nothing" by_bagit
    refuse "$twin: ssh-keygen fails" released_by "$first.signers" 1
    refuse "$twin: openssl fails" released_by_openssl "$first.signers" 1
    exits 1 "$twin: sealbag fails" "$sealbag" --home "$all" verify .

    # with its file, so that all lists agree
    twin="$name, a line put back by hand"
    bundle=$(unpack "$at/once.zip" "$at/put-back")
    cd "$bundle"
    line=$(grep -F "\"kind\":\"file\",\"path\":\"$one\"" "$full/seal/items.jsonl")
    grep -vxF -e "$line" "$at/gone-once" >"$at/gone-still"
    grep -vxF -f "$at/gone-still" "$full/seal/items.jsonl" >seal/items.jsonl
    mkdir -p "$(dirname "data/$one")"
    cp "$folder/$one" "data/$one"
    grep -F "  data/$one" "$full/manifest-sha256.txt" >>manifest-sha256.txt
    LC_ALL=C sort -k2 -o manifest-sha256.txt manifest-sha256.txt
    sed -i "s/^Payload-Oxum:.*/Payload-Oxum: $(find data -type f -printf '%s\n' | awk '{ n += $1 } END { print n "." NR }')/" bag-info.txt
    for line in seal/items.jsonl manifest-sha256.txt bag-info.txt; do retag "$line"; done
    check "$twin: bagit.py sees nothing" by_bagit
    check "$twin: nor does sha256sum" by_sha256sum tagmanifest-sha256.txt
    pastes_but "$twin" 2 "whole"$'\n'"0"$'\n'"$((once - 1))"
    pastes_but "$twin" 3 'same list'
    pastes_but "$twin" 4 'unchanged'
    pastes_but "$twin" 6 1
    exits 1 "$twin: sealbag fails" "$sealbag" --home "$all" verify .
    cd "$top"
}
