// Every vector of tests/vectors as something to be asked of a reader, and what index.json says of it, for vectors.mjs and browser.mjs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const once = findings => [...new Set(findings.map(({ code }) => code))].sort();
// the reader asks no second one
const first = codes => codes.filter(code => code !== 'container.second_reader').sort();

/** The files of an unpacked vector, after what happened to it: a path and bytes each, or what it is instead. */
function folder(zip, changes) {
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
    const all = [...lying.values()];
    // folders above what was there are left, empty or not
    for (const change of changes) {
        const path = change.remove ?? change.rename;
        const above = path?.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
        if (above && !all.some(each => each.path.startsWith(`${above}/`))) all.push({ path: above, kind: 'empty' });
    }
    return all;
}

/**
 * Cases: `ask` is `read`, `card`, `revocation`, `audit` or `custody`; files are named as they are in the folder of the vectors; `seen` takes
 * out of what comes back what is `expected`.
 */
export function cases(vectors) {
    const index = JSON.parse(readFileSync(join(vectors, 'index.json')));
    const contacts = (trusted, revoked = []) =>
        trusted.map(name => ({
            name,
            line: index.signers[name].key,
            since: '2026-01-01T00:00:00Z',
            revoked: revoked.includes(name) ? '2026-02-01T00:00:00Z' : undefined,
        }));
    const read = { ask: 'read', disclosures: [], custody: undefined, tokens: [], authorities: [], identity: undefined, passphrase: '', contacts: contacts(['amina']) };
    const all = index.vectors.map(({ file, what, trusted, revoked, verdict, exit, contents, codes, digest }) => ({
        ...read,
        what: `${file}: ${what}`,
        bundle: file,
        contacts: contacts(trusted, revoked),
        expected: { verdict, exit, contents, codes: first(codes), digest },
        seen: said => ({
            verdict: said.verdict,
            exit: said.exit,
            contents: said.contents.state,
            codes: once(said.findings),
            digest: said.digest ?? digest,
        }),
    }));
    for (const { of, what, changes, trusted, verdict, exit, contents, codes, notes } of index.folders)
        all.push({
            ...read,
            what: `${of} in a folder: ${what}`,
            bundle: folder(readFileSync(join(vectors, of)), changes),
            contacts: contacts(trusted),
            expected: { verdict, exit, contents, codes: first(codes), notes },
            seen: said => ({
                verdict: said.verdict,
                exit: said.exit,
                contents: said.contents.state,
                codes: once(said.findings),
                notes: once(said.notes),
            }),
        });
    for (const { file, what, beside, codes, given = 0, trusted } of index.disclosures)
        all.push({
            ...read,
            what: `${file}: ${what}`,
            bundle: beside,
            disclosures: [file],
            contacts: contacts(trusted),
            expected: { codes, given },
            seen: said => ({ codes: once(said.findings), given: said.contents.disclosed }),
        });
    for (const [ask, list] of [
        ['card', index.cards],
        ['revocation', index.revocations],
    ])
        for (const { file, what, codes } of list) all.push({ ask, file, what: `${file}: ${what}`, expected: codes, seen: said => said });
    for (const { file, what, trusted, code, exit } of index.audits)
        all.push({
            ask: 'audit',
            what: `${file}: ${what}`,
            file,
            contacts: contacts(trusted),
            expected: { code, exit },
            seen: said => ({ code: said.code ?? null, exit: said.exit }),
        });
    for (const { file, what, trusted, state, exit, steps, codes, notes } of index.custody)
        all.push({
            ask: 'custody',
            what: `${file}: ${what}`,
            file,
            contacts: contacts(trusted),
            expected: { state, exit, steps, codes, notes },
            seen: log => ({ state: log.state, exit: log.exit, steps: log.steps, codes: once(log.findings), notes: once(log.notes) }),
        });
    const keyed = { identity: 'age/identities.age', passphrase: 'correct horse' };
    const envelope = said => ({ verdict: said.verdict, codes: once(said.findings), notes: once(said.notes) });
    for (const [file, secrets, notes] of [
        ['hybrid.zip.age', keyed, ['envelope.recipients']],
        ['armored.zip.age', keyed, ['envelope.recipients']],
        ['x25519.zip.age', keyed, ['envelope.recipients']],
        ['hybrid-by-age-encryption.zip.age', keyed, ['envelope.recipients']],
        ['x25519-by-age.zip.age', keyed, ['envelope.recipients']],
        ['passphrase.zip.age', { passphrase: 'correct horse' }, []],
    ]) {
        const bundle = `age/${file}`;
        all.push({ ...read, ...secrets, what: file, bundle, expected: { verdict: 'verified', codes: [], notes }, seen: envelope });
        const closed = { verdict: 'cannot-check', codes: ['envelope.no_key'], notes: [] };
        all.push({ ...read, what: `${file} without a key`, bundle, expected: closed, seen: envelope });
    }
    // a nonce is asked for where a token is taken in, which a reader of bundles never does
    const rows = JSON.parse(readFileSync(join(vectors, 'timestamps', 'index.json'))).filter(({ request }) => !request);
    for (const { name, what, over, trusted, tokens, time } of rows)
        all.push({
            ...read,
            what: `${name}: ${what}`,
            bundle: over,
            tokens: tokens.map(({ file, list }) => ({ file: `timestamps/${file}`, list: list && `timestamps/${list}` })),
            authorities: trusted.map(file => `timestamps/${file}`),
            // some of the certificates have ended by then
            now: Date.parse('2036-01-01T00:00:00Z') / 1000,
            expected: {
                verdict: 'verified',
                findings: [],
                state: time ? 'proven' : 'token-not-accepted',
                at: time,
                tokens: tokens.map(({ file, code, notes }) => ({
                    file,
                    state: code ? 'not-accepted' : 'accepted',
                    codes: code ? [code] : [],
                    notes,
                })),
            },
            seen: ({ verdict, findings, time: said }) => ({
                verdict,
                findings,
                state: said.state,
                at: said.proven_at,
                tokens: said.tokens.map(each => ({
                    file: each.file,
                    state: each.state,
                    codes: once(each.findings),
                    notes: once(each.notes),
                })),
            }),
        });
    for (const { file, what, bundle, trusted, authorities, time, proven_at, seals, codes, notes } of index.stamps)
        all.push({
            ...read,
            what: `${file}: ${what}`,
            bundle,
            contacts: contacts(trusted),
            tokens: [{ file }],
            authorities,
            now: Date.parse('2036-01-01T00:00:00Z') / 1000,
            expected: { time, proven_at, seals, codes, notes },
            seen: ({ time: said }) => ({
                time: said.state,
                proven_at: said.proven_at,
                seals: said.tokens.map(each => each.seals).find(Boolean) ?? null,
                codes: once(said.tokens.flatMap(each => each.findings)),
                notes: once(said.tokens.flatMap(each => each.notes)),
            }),
        });
    return { all, made: index.made.map(each => ({ ...each, contacts: contacts(each.trusted) })) };
}
