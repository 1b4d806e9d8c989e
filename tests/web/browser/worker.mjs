// Asks the page's own worker, in the browser, about every vector, and in Chromium about all bundles and mutants that bundles.mjs made: what it
// says is what index.json says, or what the same reader said under node when compare.mjs held it to the program.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cases } from '../cases.mjs';
import { bundles, check, chrome, load, vectors } from '../drive.mjs';

const { tab, seen } = await load({
    before: () => {
        // the page starts its worker through this
        const { Worker } = window;
        window.Worker = class extends Worker {
            constructor(url) {
                super(url);
                window.pageWorker = this;
            }
        };
    },
});
await tab.evaluate(() => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', multiple: true, id: 'batch' });
    document.body.append(input);
    // one after the other, and each with the next answer
    window.ask = what =>
        new Promise(done => {
            const listen = ({ data }) => {
                if (data.answer === 'progress') return;
                window.pageWorker.removeEventListener('message', listen);
                done(data);
            };
            window.pageWorker.addEventListener('message', listen);
            window.pageWorker.postMessage(what);
        });
    window.file = name => [...input.files].find(each => each.name === name) ?? null;
});

/** Gives files to the page, and asks about them what is asked there, all at once. */
async function batch(files, questions) {
    await (await tab.$('#batch')).uploadFile(...files);
    return tab.evaluate(async all => {
        const nothing = { from: undefined, releasesBy: [], required: [], countersigned: [] };
        const bytes = base64 => new Blob([Uint8Array.from(atob(base64), each => each.charCodeAt(0))]);
        const answers = [];
        for (const { ask, contacts, bundle, beside = {}, passphrase = '', asked = nothing } of all) {
            const named = name => (name ? window.file(name) : null);
            const lying = Array.isArray(bundle)
                ? bundle.map(({ path, base64 }) => ({ path, file: base64 === undefined ? null : bytes(base64) }))
                : named(bundle);
            const what = {
                read: () => ({
                    ask,
                    name: 'bundle',
                    bundle: lying,
                    disclosures: (beside.disclosures ?? []).map(named),
                    custody: named(beside.custody),
                    against: named(beside.against),
                    identity: named(beside.identity),
                    tokens: (beside.tokens ?? []).map(({ name, file }) => ({ name, file: named(file) })),
                    authorities: beside.authorities ?? [],
                    asked,
                    passphrase,
                    contacts,
                }),
                keys: () => ({ ask, file: lying }),
                audit: () => ({ ask, results: lying, summary: named(beside.summary), signature: named(beside.signature), contacts }),
            };
            const answer = await window.ask(what[ask]());
            answers.push(answer.view?.json ?? answer.board?.json ?? answer.code ?? answer.said ?? '');
        }
        return answers;
    }, questions);
}

/** The certificates in a file, as the page keeps them. */
const certificates = file =>
    [...readFileSync(join(vectors, file), 'latin1').matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END/g)].map(([, body]) => ({
        name: base(file),
        certificate: body.replace(/\s/g, ''),
    }));
const base = name => name?.split('/').at(-1);
const same = (what, said, expected) => check(JSON.stringify(said) === JSON.stringify(expected), what, { said, expected });

// ---- every vector. A browser tells of no links, so folders with some are left out

const all = cases(vectors).all.filter(({ bundle }) => !(Array.isArray(bundle) && bundle.some(({ kind }) => kind === 'other')));
for (let at = 0; at < all.length; at += 100) {
    const some = all.slice(at, at + 100);
    const files = new Set();
    const take = name => {
        if (name) files.add(join(vectors, name));
        return base(name);
    };
    const questions = some.map(({ ask, file, bundle, disclosures, custody, tokens, authorities, identity, passphrase, contacts }) => {
        if (ask === 'card' || ask === 'revocation') return { ask: 'keys', bundle: take(file) };
        if (ask === 'audit') {
            const beside = { summary: take(`${file}.summary.json`), signature: take(`${file}.summary.sig`) };
            return { ask, bundle: take(file), beside, contacts };
        }
        // a log is only looked at beside a bundle
        if (ask === 'custody') return { ask: 'read', bundle: take('good-plain.zip'), beside: { custody: take(file) }, contacts };
        const lying = Array.isArray(bundle)
            ? bundle.map(({ path, bytes }) => ({ path, ...(bytes ? { base64: Buffer.from(bytes).toString('base64') } : {}) }))
            : take(bundle);
        const beside = {
            disclosures: disclosures.map(take),
            custody: take(custody),
            identity: take(identity),
            // a list belongs to the token that it is called by
            tokens: tokens.flatMap(({ file: token, list }) => [
                { name: base(token), file: take(token) },
                ...(list ? [{ name: `${base(token)}.crl`, file: take(list) }] : []),
            ]),
            authorities: authorities.flatMap(certificates),
        };
        return { ask, bundle: lying, beside, passphrase, contacts };
    });
    const answers = await batch([...files], questions);
    some.forEach((one, which) => {
        const answer = answers[which];
        // the page tells cards and revocations apart by what they call themselves
        const kind = code => code.replace(/^(card|revocation)\./, '');
        if (one.ask === 'card' || one.ask === 'revocation') same(one.what, answer === '' ? [] : [kind(answer)], one.expected.map(kind));
        else if (one.ask === 'custody') {
            // whose log it is, is told too
            const { findings, notes } = JSON.parse(answer).custody;
            const codes = list => [...new Set(list.map(({ code }) => code))].sort();
            const about = ['custody.other', 'custody.copy'];
            const without = list => list.filter(code => !about.includes(code));
            const { codes: found, notes: noted } = one.expected;
            same(one.what, [without(codes(findings)), without(codes(notes))], [without(found), without(noted)]);
        } else {
            // a browser has its own clock, by which other certificates have ended
            const timeless = said => JSON.parse(JSON.stringify(said, (member, value) => (one.now && member === 'notes' ? undefined : value)));
            same(one.what, timeless(one.seen(JSON.parse(answer || '{}'))), timeless(one.expected));
        }
    });
}

// ---- what was made, and mutants

if (chrome && bundles && bundles !== '-') {
    const { contacts, said: kept } = JSON.parse(readFileSync(join(bundles, 'said.json')));
    for (const folder of ['made', 'mutants']) {
        const names = readdirSync(join(bundles, folder)).filter(name => /\.(zip|age)$/.test(name));
        for (let at = 0; at < names.length; at += 250) {
            const files = new Set([join(bundles, 'identity')]);
            const take = name => {
                const file = join(bundles, folder, name);
                if (!existsSync(file)) return undefined;
                files.add(file);
                return name;
            };
            const questions = names.slice(at, at + 250).map(name => {
                const asked = existsSync(join(bundles, folder, `${name}.asked`))
                    ? JSON.parse(readFileSync(join(bundles, folder, `${name}.asked`)))
                    : undefined;
                const beside = {
                    disclosures: [take(`${name}.disclosure`)].filter(Boolean),
                    custody: take(`${name}.custody`),
                    against: asked?.against && take(asked.against),
                    identity: 'identity',
                };
                return { ask: 'read', bundle: take(name), beside, asked, contacts };
            });
            const answers = await batch([...files], questions);
            questions.forEach(({ bundle }, which) => {
                const said = answers[which].startsWith('{') ? JSON.stringify(JSON.parse(answers[which])) : answers[which];
                check(said === JSON.stringify(kept[bundle]), `${folder}/${bundle}`, said.slice(0, 300));
            });
        }
    }
}
check(seen.requests.length === 0 && seen.said.length === 0, 'the network is asked, or the browser complains', seen);
await tab.close();
