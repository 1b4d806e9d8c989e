// Compares what the reader says with what the program says: bundle by bundle, member by member of `verify --json`.
//
// node compare.mjs KIT SEALBAG HOME IDENTITY KEEP FOLDER...: HOME holds the program's contacts and keys, IDENTITY (or -) those that decrypt,
// for the reader; each FOLDER bundles, and beside them, where there are any, NAME.disclosure, NAME.custody, tokens of both, NAME.proof, and NAME.asked, what
// the reader asks, in JSON; or results of audits, each with its summary and signature. KEEP (or -) is a file for what the reader says of bundles
// and whom it believes, for a browser to say the same.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [kit, sealbag, home, identity, keepIn, ...folders] = process.argv.slice(2);
const reader = await import(pathToFileURL(join(kit, 'reader.mjs')).href);
await reader.ready();
const run = (args, options = {}) => spawnSync(sealbag, ['--home', home, ...args], { encoding: 'utf8', maxBuffer: 1 << 30, ...options });

const known = ({ name, key, believed_at, revoked_at }) => ({
    name,
    key: reader.parseKey(key),
    since: believed_at,
    revoked: revoked_at ?? undefined,
});
const contacts = JSON.parse(run(['contact', 'list', '--json']).stdout).contacts.flatMap(contact => [
    known(contact),
    ...contact.before.map(former => known({ ...former, name: contact.name, revoked_at: former.until })),
]);

// whom HOME trusts, as it keeps them
const store = join(home, 'authorities');
const authorities = (existsSync(store) ? readdirSync(store) : [])
    .map(name => JSON.parse(readFileSync(join(store, name))))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap(({ name, certificate }) => reader.authorities(Buffer.from(certificate, 'base64')).map(each => ({ ...each, name })));

const blob = file => new reader.BlobSource(new Blob([readFileSync(file)]));
const identities = identity === '-' ? [] : await reader.readIdentities(readFileSync(identity), '');
const given = (file, ending) => (existsSync(`${file}.${ending}`) ? `${file}.${ending}` : undefined);

const asked = file => (given(file, 'asked') ? JSON.parse(readFileSync(`${file}.asked`)) : undefined);
const tokens = file =>
    ['', ...Array.from({ length: 8 }, (_, at) => `.${at + 2}`)]
        .map(number => `${file}${number}.tsr`)
        .filter(name => existsSync(name))
        .map(name => ({ name, response: blob(name), lists: existsSync(`${name}.crl`) ? [blob(`${name}.crl`)] : [] }));
const proofs = file => [given(file, 'proof')].filter(Boolean).map(name => ({ name, response: blob(name), lists: [] }));

async function ours(file) {
    const [disclosure, custody, what] = [given(file, 'disclosure'), given(file, 'custody'), asked(file)];
    const report = await reader.read({
        bundle: blob(file),
        disclosures: disclosure ? [blob(disclosure)] : [],
        custody: custody && blob(custody),
        asked: what,
        against: what?.against && blob(join(file, '..', what.against)),
        tokens: [...proofs(file), ...tokens(file), ...(custody ? tokens(custody) : [])],
        authorities,
        contacts,
        now: Date.now() / 1000,
        watch() {},
        secrets: { identities },
    });
    return { ...reader.json(report, file), logTokens: reader.logTokens(report) };
}

/** The same verdict and members; sentences may differ, and the reader has no second ZIP reader to ask. */
function comparable(said) {
    const findings = list => [...new Set(list.map(({ code }) => code))].filter(code => code !== 'container.second_reader').sort();
    const { findings: found, notes, not_checked: _, more_findings: __, custody, time, logTokens, ...rest } = said;
    const told = token => ({ ...token, findings: findings(token.findings), notes: findings(token.notes) });
    return {
        ...rest,
        // of a token over nothing that is here the reader does not know beside what it lay
        time: { ...time, tokens: [] },
        tokens: [...time.tokens, ...logTokens]
            .map(({ part, ...each }) => ({ ...told(each), part: part ?? null }))
            .sort((one, other) => (one.file < other.file ? -1 : 1)),
        codes: findings(found),
        notes: findings(notes),
        custody: { ...custody, findings: findings(custody.findings), notes: findings(custody.notes) },
    };
}
const sentences = ({ findings, notes, not_checked, custody, time, logTokens }) =>
    [...findings, ...notes, ...custody.findings, ...custody.notes]
        .concat([...time.tokens, ...logTokens].flatMap(token => [...token.findings, ...token.notes]))
        .map(({ code, where, detail }) => `${code}  ${where}: ${detail}`)
        .map(said => said.replace(/(the clock of this computer says) \S+/, '$1'))
        .concat(not_checked.filter(one => !one.startsWith('what a second ZIP')))
        .sort();

let [compared, failed, worded] = [0, 0, 0];
const verdicts = {};
const [kept, judged] = [{}, {}];

/** Results of an audit: the same code and exit, and the same summary where it is what was signed. */
async function compareAudit(file) {
    const beside = { summary: blob(`${file}.summary.json`), signature: blob(`${file}.summary.sig`) };
    const seen = await reader
        .readAudit(blob(file), beside, new reader.Trust(contacts), () => {})
        .then(reader.auditJson, why => {
            if (!why.code) throw why;
            return { code: why.code, exit: reader.refusalExit(why) };
        });
    const said = JSON.parse(run(['audit', 'verify', '--json', file]).stdout);
    const expected = said.schema === 'sealbag-error/1' ? { code: said.code, exit: said.exit } : said;
    compared += 1;
    const word = expected.code ?? 'audit';
    verdicts[word] = (verdicts[word] ?? 0) + 1;
    if (JSON.stringify(seen) === JSON.stringify(expected)) return;
    failed += 1;
    console.error(`FAILED  ${file}\n   ${JSON.stringify(seen)}\n   not ${JSON.stringify(said)}`);
}
for (const folder of folders) {
    const names = readdirSync(folder)
        .sort()
        .filter(name => !/\.(disclosure|custody|proof|asked|json|sig|tsr|crl)$/.test(name))
        .map(name => join(folder, name));
    if (names[0].endsWith('.jsonl')) {
        for (const name of names) await compareAudit(name);
        continue;
    }
    const plain = names.filter(name => ['disclosure', 'custody', 'proof', 'asked'].every(ending => !given(name, ending)));
    const theirs = new Map();
    const keep = lines => {
        for (const line of lines.split('\n').filter(Boolean)) {
            const said = JSON.parse(line);
            theirs.set(said.bundle, said);
        }
    };
    for (let at = 0; at < plain.length; at += 500) keep(run(['verify', '--json', ...plain.slice(at, at + 500)]).stdout);
    for (const name of names.filter(each => !plain.includes(each))) {
        const [disclosure, custody, proof] = ['disclosure', 'custody', 'proof'].map(ending => given(name, ending));
        const args = ['verify', '--json', name];
        if (disclosure) args.push('--with', disclosure);
        if (custody) args.push('--custody', custody);
        if (proof) args.push('--token', proof);
        const { from, releasesBy = [], required = [], countersigned = [], against } = asked(name) ?? {};
        if (from) args.push('--from', from);
        for (const who of releasesBy) args.push('--releases-by', who);
        if (required.length > 0) args.push('--require', required.join());
        for (const who of countersigned) args.push('--require', `countersigned=${who}`);
        if (against) args.push('--against', join(folder, against));
        const { stdout } = run(args);
        // of what lies beside a bundle and is newer, or cannot be read, it says that alone
        const said = JSON.parse(stdout || '{}');
        if (said.schema === 'sealbag-error/1') theirs.set(name, said);
        else keep(stdout);
    }
    for (const name of names) {
        const [a, b] = [await ours(name), theirs.get(name)];
        const { logTokens: _, ...said } = a;
        kept[basename(name)] = { ...said, bundle: 'bundle' };
        if (!b) throw new Error(`the program says nothing about ${name}`);
        b.logTokens = [];
        // of tokens beside a log it tells where it shows the log
        if (given(name, 'custody') && tokens(given(name, 'custody')).length > 0)
            b.logTokens = JSON.parse(run(['custody', 'show', '--json', given(name, 'custody')]).stdout).tokens;
        if (b.schema === 'sealbag-error/1') {
            if (a.exit !== b.exit || !a.findings.some(({ code }) => code === b.code)) {
                failed += 1;
                console.error(`FAILED  ${name}\n   ${JSON.stringify(a.findings)}\n   not ${JSON.stringify(b)}`);
            }
            continue;
        }
        verdicts[b.verdict] = (verdicts[b.verdict] ?? 0) + 1;
        for (const { state, findings } of [...b.time.tokens, ...b.logTokens]) {
            const word = findings[0]?.code ?? state;
            judged[word] = (judged[word] ?? 0) + 1;
        }
        compared += 1;
        const [seen, expected] = [comparable(a), comparable(b)];
        const differs = Object.keys(expected).filter(member => JSON.stringify(seen[member]) !== JSON.stringify(expected[member]));
        if (a.verdict === 'verified' && b.verdict !== 'verified') console.error(`ACCEPTED  ${name}`);
        if (differs.length > 0) {
            failed += 1;
            console.error(`FAILED  ${name}`);
            for (const member of differs)
                console.error(`   ${member}: ${JSON.stringify(seen[member])}\n     not ${JSON.stringify(expected[member])}`);
        } else if (JSON.stringify(sentences(a)) !== JSON.stringify(sentences(b))) {
            worded += 1;
            if (process.env.SENTENCES) console.error(`${name}\n   ${sentences(a).join('\n   ')}\n  not\n   ${sentences(b).join('\n   ')}`);
        }
    }
}
if (keepIn !== '-')
    writeFileSync(keepIn, JSON.stringify({ contacts: contacts.map(({ key, ...contact }) => ({ ...contact, line: key.line })), said: kept }));
console.log(`${compared} compared, ${failed} differ, ${worded} say it in other words: ${JSON.stringify(verdicts)}`);
if (Object.keys(judged).length > 0) console.log(`tokens: ${JSON.stringify(judged)}`);
process.exit(failed === 0 && compared > 0 ? 0 : 1);
