# Timestamps both ways: tokens by `openssl ts`, asked for over HTTP on the loopback and carried by hand, count for sealbag; what sealbag keeps,
# `openssl ts -verify` accepts; and of every vector both say the same, but for what is listed here. Sourced by run.sh.
# shellcheck shell=bash disable=SC2154 # what run.sh sets

stamp="$work/stamp"

# A root, an authority below it and signers of every kind below that.
stamp_authorities() {
    mkdir -p "$stamp/ca"
    cd "$stamp/ca"
    cat >openssl.cnf <<'CONF'
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
[below]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
[signer]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = serial
default_policy = 1.2.3.4.1
signer_digest = sha256
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CONF
    local name
    key() { # key NAME KIND...: a private key
        openssl genpkey "${@:2}" -out "$1.pem"
    }
    certified() { # certified NAME EXTENSIONS BY
        openssl req -new -key "$1.pem" -subj "/CN=Interop $1" -out "$1.csr"
        openssl x509 -req -in "$1.csr" -CA "$3.crt" -CAkey "$3.pem" -CAcreateserial -days 3650 -extfile openssl.cnf -extensions "$2" -out "$1.crt"
    }
    {
        key root -algorithm RSA -pkeyopt rsa_keygen_bits:3072
        openssl req -x509 -new -key root.pem -subj "/CN=Interop root" -days 7300 -config openssl.cnf -extensions ca -out root.crt ||
            openssl req -x509 -new -key root.pem -subj "/CN=Interop root" -days 7300 \
                -addext "keyUsage = critical, keyCertSign, cRLSign" -out root.crt
        key below -algorithm EC -pkeyopt ec_paramgen_curve:P-384
        certified below below root
        key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
        for name in P-256 P-384 P-521; do key "$name" -algorithm EC -pkeyopt "ec_paramgen_curve:$name"; done
        for name in rsa P-256 P-384 P-521; do certified "$name" signer below; done
        echo 01 >serial
    } >>"$log" 2>&1
}

# Answers every request for a time: the path says by which key and which hash, /rsa/sha512.
stamp_server() {
    cat >"$stamp/server.py" <<'PY'
import http.server, subprocess, sys
folder = sys.argv[1]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        key, digest = self.path.strip("/").split("/")
        with open(folder + "/query", "wb") as file:
            file.write(self.rfile.read(int(self.headers["Content-Length"])))
        command = ["openssl", "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query", "-inkey", key + ".pem",
                   "-signer", key + ".crt", "-chain", "below.crt", "-" + digest]
        reply = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=sys.stderr)
        self.send_response(200 if reply.returncode == 0 else 500)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply.stdout)))
        self.end_headers()
        self.wfile.write(reply.stdout)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(folder + "/port.new", "w") as file:
    file.write(str(server.server_port))
import os
os.rename(folder + "/port.new", folder + "/port")
server.serve_forever()
PY
    python3 "$stamp/server.py" "$stamp/ca" >"$stamp/server.log" 2>&1 &
    stamp_pid=$!
    local wait
    for ((wait = 0; wait < 100; wait++)); do
        [ -e "$stamp/ca/port" ] && return 0
        sleep 0.1
    done
    return 1
}

stamp_state() { # stamp_state BUNDLE ARGS...: what verify says of the time
    "$sealbag" --home "$stamp/home" verify "$@" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["time"]["state"])'
}
by_openssl_ts() { # by_openssl_ts TOKEN DATA
    openssl ts -verify -in "$1" -data "$2" -CAfile "$stamp/ca/root.crt"
}

timestamps() {
    local key digest bundle port
    rm -rf "$stamp"
    mkdir -p "$stamp/bag"
    : >"$log"
    stamp_authorities
    echo "Two trucks left the mill." >"$stamp/bag/report.txt"
    cd "$stamp"
    {
        "$sealbag" --home home key new --name Desk --no-passphrase
        "$sealbag" --home home seal bag -o b.zip --yes
        "$sealbag" --home home timestamp trust ca/root.crt --name Interop --yes
    } >>"$log" 2>&1
    unzip -p b.zip '*/seal/manifest.sig' >manifest.sig
    stamp_server
    port=$(cat ca/port)
    # shellcheck disable=SC2064 # the server of this very run
    trap "kill $stamp_pid 2>/dev/null || true" EXIT
    for key in rsa P-256 P-384 P-521; do
        for digest in sha256 sha384 sha512; do
            bundle="$key-$digest.zip"
            cp b.zip "$bundle"
            check "a token by openssl over HTTP, $key with $digest: fetched" \
                "$sealbag" --home home timestamp fetch "$bundle" --tsa "http://127.0.0.1:$port/$key/$digest"
            same "a token by openssl, $key with $digest: verify says proven" proven "$(stamp_state "$bundle" --require time)"
            check "what sealbag keeps of it: openssl ts accepts it" by_openssl_ts "$bundle.tsr" manifest.sig
            refuse "over something else: openssl ts refuses it" by_openssl_ts "$bundle.tsr" b.zip
            flip "$bundle.tsr" -20
            refuse "one bit changed: openssl ts refuses it" by_openssl_ts "$bundle.tsr" manifest.sig
            same "one bit changed: sealbag refuses it" token-not-accepted "$(stamp_state "$bundle")"
        done
    done
    check "a token over a token: fetched" "$sealbag" --home home timestamp fetch b.zip --tsa "http://127.0.0.1:$port/rsa/sha256"
    check "a token over a token: renewed" "$sealbag" --home home timestamp renew b.zip --tsa "http://127.0.0.1:$port/P-521/sha512"
    check "a token over a token: openssl ts accepts both" by_openssl_ts b.zip.tsr manifest.sig
    check "a token over a token: the second is over the first" by_openssl_ts b.zip.2.tsr b.zip.tsr
    check "a token over a token: sealbag lists both" "$sealbag" --home home timestamp list b.zip
    stamp_audit "$port"
    kill "$stamp_pid" && wait "$stamp_pid" 2>/dev/null || true
    trap - EXIT

    # by hand, with the request that sealbag wrote, and with one that openssl wrote
    cp b.zip hand.zip
    check "by hand: a request is written" "$sealbag" --home home timestamp request hand.zip -o hand.tsq
    check "by hand: openssl reads it" openssl ts -query -in hand.tsq -text
    cd ca
    check "by hand: openssl answers it" openssl ts -reply -config openssl.cnf -queryfile ../hand.tsq -inkey rsa.pem -signer rsa.crt \
        -chain below.crt -out ../hand.tsr
    check "by openssl: a request over SHA-512" openssl ts -query -data ../manifest.sig -sha512 -cert -out ../other.tsq
    check "by openssl: answered" openssl ts -reply -config openssl.cnf -queryfile ../other.tsq -inkey P-384.pem -signer P-384.crt \
        -chain below.crt -out ../other.tsr
    cd ..
    same "by hand: as it came" proven "$(stamp_state hand.zip --token hand.tsr)"
    refuse "by hand: the answer to another request is refused" "$sealbag" --home home timestamp attach hand.zip other.tsr --request hand.tsq
    check "by hand: attached" "$sealbag" --home home timestamp attach hand.zip hand.tsr
    check "by hand: openssl finds the nonce" openssl ts -verify -in hand.zip.tsr -queryfile hand.tsq -CAfile ca/root.crt
    check "by openssl: attached" "$sealbag" --home home timestamp attach hand.zip other.tsr
    same "by openssl: proven" proven "$(stamp_state hand.zip --require time)"

    # the head of a custody log
    check "a log: begun" "$sealbag" --home home receive hand.zip --yes
    check "a log: a request over its head" "$sealbag" --home home timestamp request hand.zip.custody.jsonl -o log.tsq
    cd ca
    check "a log: answered" openssl ts -reply -config openssl.cnf -queryfile ../log.tsq -inkey rsa.pem -signer rsa.crt -chain below.crt -out ../log.tsr
    cd ..
    check "a log: attached" "$sealbag" --home home timestamp attach hand.zip.custody.jsonl log.tsr
    sed -n 1p hand.zip.custody.jsonl | sed 's/^{"entry":\(.*\),"sig":"[^"]*"}$/\1/' | tr -d '\n' >entry
    check "a log: openssl ts accepts the token over the entry" by_openssl_ts hand.zip.custody.jsonl.tsr entry
    check "a log: custody verify tells it" bash -c '"$1" --home home custody verify hand.zip.custody.jsonl | grep -q "proven by \"Interop\""' - "$sealbag"

    check "the vectors: openssl ts and sealbag say the same, but for what is known" stamp_vectors
}

# One token for an audit of many bundles; what it is over is computed again by a script that shares nothing with sealbag.
stamp_audit() { # stamp_audit PORT
    local number
    mkdir archive
    for number in 1 2 3 4 5 6 7 8 9 10 11 broken; do
        echo "Report $number." >bag/report.txt
        "$sealbag" --home home seal bag -o "archive/$number.zip" --yes >>"$log" 2>&1
    done
    cp archive/3.zip archive/copy.zip
    sed -i 's/Report broken/Report braken/' archive/broken.zip
    "$sealbag" --home home audit archive -o a.jsonl >>"$log" 2>&1 || true
    check "one token for an audit: stamped" "$sealbag" --home home audit stamp a.jsonl
    check "one token for an audit: python finds the same leaves, tree and root" "$here/stamp.py" check a.jsonl
    check "one token for an audit: openssl reads the request" openssl ts -query -in a.jsonl.stamp.tsq -text
    check "one token for an audit: fetched" "$sealbag" --home home timestamp fetch a.jsonl.stamp.json --tsa "http://127.0.0.1:$1/P-256/sha384"
    check "one token for an audit: openssl ts accepts it over the stamp" by_openssl_ts a.jsonl.stamp.json.tsr a.jsonl.stamp.json
    for number in 1 2 3 4 5 6 7 8 9 10 11 copy; do
        same "one token for an audit: bundle $number is proven" proven \
            "$(stamp_state "archive/$number.zip" --token a.jsonl.stamp.json --require time)"
    done
    same "one token for an audit: what FAILED is not in it" token-not-accepted "$(stamp_state archive/broken.zip --token a.jsonl.stamp.json)"
    check "a proof: written" "$sealbag" --home home audit stamp a.jsonl --proof archive/5.zip -o five.proof
    check "a proof: python follows its path to the root" "$here/stamp.py" read five.proof archive/5.zip .
    check "a proof: openssl ts accepts its token over that" by_openssl_ts stamp.tsr stamp
    refuse "a proof: python refuses it for another bundle" "$here/stamp.py" read five.proof archive/6.zip .
    check "a proof: python writes one" "$here/stamp.py" proof a.jsonl archive/6.zip six.proof
    same "a proof: sealbag takes that of python" proven "$(stamp_state archive/6.zip --token six.proof)"
    same "a proof: sealbag refuses it for another bundle" token-not-accepted "$(stamp_state archive/7.zip --token six.proof)"
    check "one renewal for an audit" "$sealbag" --home home timestamp renew a.jsonl.stamp.json --tsa "http://127.0.0.1:$1/rsa/sha512"
    check "one renewal for an audit: openssl ts accepts it over the token" by_openssl_ts a.jsonl.stamp.json.2.tsr a.jsonl.stamp.json.tsr
    check "one renewal for an audit: sealbag lists both" "$sealbag" --home home timestamp list a.jsonl.stamp.json
    check "the audit itself: its time is proven" bash -c '"$1" --home home audit verify a.jsonl | grep -q "proven by \"Interop\""' - "$sealbag"
    head -n 1 five.proof | sed 's/^{"format":"sealbag-proof\/1","stamp":\({[^}]*}\),.*/\1/' >by-sed
    check "the recipe of the format: the same stamp by sed" cmp by-sed a.jsonl.stamp.json
    tail -n +2 five.proof >by-tail
    check "the recipe of the format: the same token by tail" cmp by-tail a.jsonl.stamp.json.tsr
}

# Of every vector with one token: what openssl ts says at its time, beside the index.
stamp_vectors() {
    unzip -p "$top/tests/vectors/good-least.zip" '*/seal/manifest.sig' >"$stamp/vector.sig"
    python3 - "$top/tests/vectors/timestamps" "$stamp/vector.sig" <<'PY'
import json, os, subprocess, sys
folder, data = sys.argv[1:]
os.chdir(folder)
# openssl reads no PSS here, wants every certificate that is named by hash on its way, and takes the last second as gone
only_sealbag = {"good-pss", "good-ess-chain", "good-until-the-end"}
# sealbag is stricter: nothing unsigned, one form, SHA-2 and long keys alone, revocation lists, and what the time itself looks like
only_openssl = set("""
    imprint-sha1 status-with-mods status-text version-data version-signer digest-list-two content-type-inside behind length indefinite
    fraction-zero time-zone time-day ordering-false accuracy-thousand critical signature-sha1 signature-hash signature-name key-short
    unsigned-attribute list-inside certificate-injected certificate-injected-first certificate-twice certificate-cross
    certificate-above-trusted above-usage above-sha1 list-revoked list-stolen list-stolen-later list-no-reason list-invalid-since
    list-above list-stale-revoked
""".split())
wrong, tried = [], 0
for row in json.load(open("index.json")):
    if len(row["tokens"]) != 1 or row["request"]:
        continue
    extra = ["-partial_chain"] if row["trusted"][0] in ("clock.pem", "middle.pem") else []
    extra += ["-untrusted", "clock.pem"] if row["name"] == "good-no-certificates" else []
    trusted = [part for file in row["trusted"] for part in ("-CAfile", file)]
    command = ["openssl", "ts", "-verify", "-in", row["tokens"][0]["file"], "-data", data, "-attime", "1767323045"]
    theirs = subprocess.run(command + trusted + extra, stdout=subprocess.PIPE, stderr=subprocess.PIPE).returncode == 0
    ours = row["tokens"][0]["code"] is None
    known = row["name"] in (only_sealbag if ours else only_openssl)
    tried += 1
    if (ours != theirs) != known:
        wrong.append(f"{row['name']}: sealbag {ours}, openssl {theirs}")
assert tried > 100 and not wrong, (tried, wrong)
PY
}
