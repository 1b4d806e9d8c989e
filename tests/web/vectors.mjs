// Runs the reader, without a browser, over every vector of tests/vectors, and fails where it says anything else than index.json.
//
// node vectors.mjs KIT VECTORS [MADE]: MADE is a folder with the files of the list `made`, those that are there, named by their number.
import { createHash } from 'node:crypto';
import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cases } from './cases.mjs';

const [kit, vectors, made] = process.argv.slice(2);
const reader = await import(pathToFileURL(join(kit, 'reader.mjs')).href);
await reader.ready();

const base = name => name.split('/').at(-1);
const bytes = name => readFileSync(join(vectors, name));
const blob = name => new reader.BlobSource(new Blob([bytes(name)]));
const keys = contacts => contacts.map(({ line, ...contact }) => ({ ...contact, key: reader.parseKey(line) }));
const lying = all => all.map(({ bytes: held, ...each }) => (held ? { ...each, source: new reader.BlobSource(new Blob([held])) } : each));

async function read(bundle, { disclosures = [], custody, tokens = [], authorities = [], identity, passphrase = '', now, contacts }) {
    const secrets = { identities: identity ? await reader.readIdentities(bytes(identity), passphrase) : [], passphrase };
    const beside = {
        disclosures: disclosures.map(blob),
        custody: custody && blob(custody),
        tokens: tokens.map(({ file, list }) => ({ name: base(file), response: blob(file), lists: list ? [blob(list)] : [] })),
        authorities: authorities.flatMap(file => reader.authorities(bytes(file))),
    };
    const report = await reader.read({ bundle, ...beside, secrets, contacts: keys(contacts), now: now ?? Date.now() / 1000, watch() {} });
    return reader.json(report, 'bundle');
}

const refused = why => {
    if (!why.code) throw why;
    return why;
};

const asked = {
    read: one => read(Array.isArray(one.bundle) ? lying(one.bundle) : blob(one.bundle), one),
    card: ({ file }) => taking(() => reader.readCard(bytes(file))),
    revocation: ({ file }) => taking(() => reader.readRevocation(bytes(file))),
    audit: ({ file, contacts }) =>
        reader
            .readAudit(
                blob(file),
                { summary: blob(`${file}.summary.json`), signature: blob(`${file}.summary.sig`) },
                new reader.Trust(keys(contacts)),
                () => {},
            )
            .then(reader.auditJson, why => reader.refusalJson(refused(why))),
    async custody({ file, contacts }) {
        const log = (await reader.readLog(blob(file), new reader.Trust(keys(contacts)))).about(undefined, undefined);
        return { ...log, exit: reader.custodyExit(log) };
    },
};
function taking(take) {
    try {
        take();
        return [];
    } catch (why) {
        return [refused(why).code];
    }
}

let [passed, failed] = [0, 0];
const same = (what, seen, expected) => {
    const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
    if (a === b) passed += 1;
    else {
        failed += 1;
        console.error(`FAILED  ${what}\n   says ${a}\n   not  ${b}`);
    }
};

const { all, made: large } = cases(vectors);
for (const one of all) same(one.what, one.seen(await asked[one.ask](one)), one.expected);
for (const { by, what, contacts, sha256, verdict, exit, contents, codes } of large) {
    const file = made && join(made, `${by.split(' ').at(-1)}.zip`);
    if (!file || !existsSync(file)) continue;
    same(`${what}: its SHA-256`, createHash('sha256').update(readFileSync(file)).digest('hex'), sha256);
    const said = await read(new reader.BlobSource(await openAsBlob(file)), { contacts });
    const seen = [...new Set(said.findings.map(({ code }) => code))];
    const rest = { verdict: said.verdict, exit: said.exit, contents: said.contents.state };
    same(what, { ...rest, codes: seen.sort() }, { verdict, exit, contents, codes: codes.sort() });
}

console.log(`${passed} vectors passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
