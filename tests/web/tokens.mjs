// Makes bundles with timestamp tokens beside them for compare.mjs: those of the vectors, and many that are altered, some of them with
// signatures made anew, so that what lies behind a signature is reached too.
//
// node tokens.mjs SEALBAG VECTORS WORK: leaves WORK/<home>, who trusts some authorities, and WORK/<home>-bundles, for each home. Everything
// is drawn from one seed (SEED), but for signatures on curves and of PSS. MORE makes so many times as many.
import { createHash, createPrivateKey, createPublicKey, sign, verify, constants } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [sealbag, vectors, work] = process.argv.slice(2);
rmSync(work, { recursive: true, force: true });
const stamps = join(vectors, 'timestamps');
const rows = JSON.parse(readFileSync(join(stamps, 'index.json')));

function run(home, ...args) {
    const { status, stderr } = spawnSync(sealbag, ['--home', join(work, home), ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`sealbag ${args.join(' ')} ended with ${status}: ${stderr}`);
}

/** How many altered tokens there are, in times of what is usual. */
const MORE = Number(process.env.MORE ?? 1);

// mulberry32: the same numbers in every run
let state = Number(process.env.SEED ?? 20261129);
function random(below) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
}
const one = list => list[random(list.length)];
const chance = percent => random(100) < percent;

// ---- DER, read as a tree and written again

const bytesOf = node => {
    const inside = node.inside ? Buffer.concat(node.inside.map(bytesOf)) : node.value;
    if (inside.length < 0x80) return Buffer.concat([Buffer.from([...node.tag, inside.length]), inside]);
    const digits = Buffer.from(inside.length.toString(16).padStart(inside.length > 0xffff ? 6 : inside.length > 0xff ? 4 : 2, '0'), 'hex');
    return Buffer.concat([Buffer.from([...node.tag, 0x80 + digits.length]), digits, inside]);
};

function read(bytes) {
    const nodes = [];
    for (let at = 0; at < bytes.length;) {
        const tag = [bytes[at]];
        let [length, from] = [bytes[at + 1], at + 2];
        if (length >= 0x80) {
            const digits = length - 0x80;
            length = parseInt(bytes.subarray(from, from + digits).toString('hex'), 16);
            from += digits;
        }
        const value = bytes.subarray(from, from + length);
        nodes.push((tag[0] & 0x20) !== 0 ? { tag, inside: read(value) } : { tag, value: Buffer.from(value) });
        at = from + length;
    }
    return nodes;
}
const parse = bytes => read(bytes)[0];

const copy = ({ tag, inside, value }) => (inside ? { tag, inside: inside.map(copy) } : { tag, value });
const all = node => [node, ...(node.inside ?? []).flatMap(all)];
const below = node => all(node).filter(({ inside }) => inside && inside.length > 0);

/** Numbers, times, names and texts that may stand in some place. */
const VALUES = [
    '',
    '00',
    '01',
    '02',
    '7f',
    '80',
    '0080',
    '0001',
    'ff',
    '03e7',
    '03e8',
    '0100000001',
    '7fffffffffffffff',
    '00ffffffffffffffff',
    '01000000000000000000',
    ...['20260102030405Z', '20260102030405.5Z', '20260102030405.50Z', '20260230030405Z', '99991231235959.999999999Z', '20410101000000Z'],
    ...['260102030405Z', '490101000000Z', '500101000000Z', '2601020304Z', '00010101000000Z', '20200101000000Z', '20400101000000Z'],
].map(value => Buffer.from(value, /Z$/.test(value) ? 'latin1' : 'hex'));
const TAGS = [1, 2, 3, 4, 5, 6, 9, 10, 12, 15, 19, 22, 23, 24, 28, 30, 0x10, 0x24, 0x30, 0x31, 0x41, 0x80, 0x82, 0xa0, 0xa1, 0xa3];
const LONG_TAGS = ['bf1f', '9f8100', '9f1e', 'bf801f', 'bf8fffffff7f'].map(tag => [...Buffer.from(tag, 'hex')]);

function flip(bytes) {
    if (bytes.length > 0) bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
}

/** Alters one element of a tree. */
function alter(tree, others) {
    const leaves = all(tree).filter(({ value }) => value);
    const leaf = one(leaves);
    const parent = one(below(tree));
    // there may be nothing left of it
    if (!leaf || !parent) return;
    const at = random(parent.inside.length);
    one([
        () => (leaf.value = flip(Buffer.from(leaf.value))),
        () => (leaf.value = one(VALUES)),
        () => (leaf.value = one(leaves).value),
        () => (leaf.value = leaf.value.subarray(0, -1)),
        () => (leaf.value = Buffer.concat([Buffer.from([random(2) * random(256)]), leaf.value])),
        () => (one(all(tree)).tag = [one(TAGS)]),
        () => (parent.inside[at].tag = one(LONG_TAGS)),
        () => parent.inside.splice(at, 1),
        () => parent.inside.splice(at, 0, copy(parent.inside[at])),
        () => parent.inside.reverse(),
        () => parent.inside.splice(at, 0, copy(one(all(one(others))))),
        () => parent.inside.push(copy(one(all(tree)))),
        () => (parent.inside[at] = copy(one(all(one(others))))),
    ])();
}

const inBytes = [
    flip,
    bytes => {
        bytes[random(bytes.length)] = random(256);
        return bytes;
    },
    bytes => {
        bytes[random(bytes.length)] = one([0, 1, 0x30, 0x80, 0xff]);
        return bytes;
    },
    bytes => bytes.subarray(0, random(bytes.length)),
    bytes => Buffer.concat([bytes, Buffer.alloc(1 + random(3))]),
];

// ---- signatures made anew

const keys = readdirSync(join(stamps, 'keys')).map(name => createPrivateKey(readFileSync(join(stamps, 'keys', name))));
const HASHES = { '2b0e03021a': 'sha1', '608648016503040201': 'sha256', '608648016503040202': 'sha384', '608648016503040203': 'sha512' };
const SCHEMES = {
    '2a864886f70d010105': 'sha1',
    '2a864886f70d01010b': 'sha256',
    '2a864886f70d01010c': 'sha384',
    '2a864886f70d01010d': 'sha512',
    '2a8648ce3d040302': 'sha256',
    '2a8648ce3d040303': 'sha384',
    '2a8648ce3d040304': 'sha512',
};
const oid = node => node?.inside?.[0]?.value?.toString('hex');
const pss = key => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });

/** Alters what a certificate or a list says, and signs it again with the key that had signed it. */
function resign(tree, change) {
    const [signed, algorithm, signature] = tree.inside;
    const hash = SCHEMES[oid(algorithm)];
    const by = hash && keys.find(key => verify(hash, bytesOf(signed), createPublicKey(key), signature.value.subarray(1)));
    change(signed);
    if (by) signature.value = Buffer.concat([Buffer.alloc(1), sign(hash, bytesOf(signed), by)]);
}

/** Every place in which these bytes stand gets others. */
function replace(tree, old, fresh) {
    for (const node of all(tree)) if (node.value?.equals(old)) node.value = fresh;
}
const digest = (hash, bytes) => createHash(hash).update(bytes).digest();

/** The parts of a token that was read, or undefined where it is of another form. */
function partsOf(tree) {
    const data = tree.inside?.[1]?.inside?.[1]?.inside?.[0]?.inside;
    const bag = data?.find(({ tag }) => tag[0] === 0xa0);
    const signer = data?.at(-1)?.inside?.[0]?.inside;
    const content = data?.[2]?.inside?.[1]?.inside?.[0];
    return signer?.[3]?.tag[0] === 0xa0 && content?.value ? { content, bag: bag?.inside ?? [], signer } : undefined;
}

/** Changes what is signed in a token, and signs it again: TSTInfo, a certificate, or the attributes. */
function retoken(bytes, { info = () => {}, certificate = () => {}, attributes = () => {} }) {
    const tree = parse(bytes);
    const parts = partsOf(tree);
    const hash = HASHES[oid(parts?.signer[2])];
    if (!hash) return bytes;
    const { content, bag, signer } = parts;
    const scheme = key => (oid(signer[4]) === '2a864886f70d01010a' ? pss(key) : key);
    const set = () => bytesOf({ ...signer[3], tag: [0x31] });
    const by = keys.find(key => verify(hash, set(), scheme(createPublicKey(key)), signer[5].value));
    const before = digest(hash, content.value);
    const said = parse(content.value);
    info(said);
    content.value = bytesOf(said);
    replace(signer[3], before, digest(hash, content.value));
    for (const each of bag) {
        const old = bytesOf(each);
        certificate(each);
        for (const kind of Object.values(HASHES)) replace(signer[3], digest(kind, old), digest(kind, bytesOf(each)));
    }
    attributes(signer[3]);
    if (by) signer[5].value = sign(hash, set(), scheme(by));
    return bytesOf(tree);
}

/** What TSTInfo says of what it is over. */
const imprint = (hash, bytes) => said => {
    const [, value] = said.inside[2].inside;
    value.value = digest(hash, bytes);
};

// ---- whom to trust, and what lies beside bundles

const HOMES = {
    root: ['root', 'curve'],
    few: ['clock', 'middle', 'narrow'],
    many: ['stranger', 'root', 'curve', 'old', 'narrow', 'middle', 'clock'],
    nobody: [],
    revoked: ['root'],
};
for (const [home, authorities] of Object.entries(HOMES)) {
    mkdirSync(join(work, `${home}-bundles`), { recursive: true });
    if (home === 'revoked') run(home, 'key', 'new', '--name', 'Reader', '--no-passphrase', '--yes');
    run(home, 'contact', 'add', join(vectors, 'amina.card'), '--yes');
    if (home === 'revoked') run(home, 'contact', 'revoke', 'amina', '--yes');
    for (const name of authorities) run(home, 'timestamp', 'trust', join(stamps, `${name}.pem`), '--name', name, '--yes');
}

const beside = (at, number) => `${at}${number > 0 ? `.${number + 1}` : ''}.tsr`;
let made = 0;
function put(home, name, tokens, proof, bundle = 'good-least.zip') {
    const at = join(work, `${home}-bundles`, `${name}.zip`);
    copyFileSync(join(vectors, bundle), at);
    if (proof) writeFileSync(`${at}.proof`, proof);
    tokens.forEach(({ response, list }, number) => {
        writeFileSync(beside(at, number), response);
        if (list) writeFileSync(`${beside(at, number)}.crl`, list);
    });
    made += 1;
}

const vector = row =>
    row.tokens.map(({ file, list }) => ({ response: readFileSync(join(stamps, file)), list: list && readFileSync(join(stamps, list)) }));
for (const home of Object.keys(HOMES)) for (const row of rows) put(home, row.name, vector(row));

const others = rows.filter(({ name }) => /^good-/.test(name)).map(row => parse(vector(row)[0].response));
const well = rows.filter(({ tokens }) => tokens.every(({ file }) => !/^(empty|text|cut|length|indefinite|behind)/.test(file)));
for (const home of ['root', 'many'])
    for (const row of well)
        for (let number = 0; number < (home === 'root' ? 8 : 3) * MORE; number += 1) {
            const tokens = vector(row);
            const which = one(tokens);
            const twice = change => tree => {
                change(tree);
                if (chance(20)) change(tree);
            };
            const some = twice(tree => alter(tree, others));
            if (which.list && chance(60)) {
                const lists = read(which.list);
                resign(one(lists), some);
                which.list = chance(80) ? Buffer.concat(lists.map(bytesOf)) : one(inBytes)(Buffer.from(which.list));
            } else
                which.response = one([
                    bytes => one(inBytes)(Buffer.from(bytes)),
                    bytes => {
                        const tree = parse(bytes);
                        some(tree);
                        return bytesOf(tree);
                    },
                    bytes => retoken(bytes, { info: some }),
                    bytes => retoken(bytes, { attributes: some }),
                    bytes => retoken(bytes, { certificate: tree => (chance(50) ? resign(tree, some) : undefined) }),
                ])(which.response);
            put(home, `${row.name}-${number}`, tokens);
        }

// ---- limits, and what lies just beyond them

const good = name => readFileSync(join(stamps, `${name}.tsr`));
const times = (count, node) => Array.from({ length: count }, () => copy(node));
const list = readFileSync(join(stamps, 'good-list.tsr.crl'));
const filled = (name, count) => {
    const tree = parse(good(name));
    const { bag } = partsOf(tree);
    bag.push(...times(count - bag.length, bag[0]));
    return bytesOf(tree);
};
const nonsense = number => parse(Buffer.from(`300906042a0304${(number + 16).toString(16)}0401${'00'}`, 'hex'));
for (const count of [32, 33]) put('root', `certificates-${count}`, [{ response: filled('good-rsa-sha256', count) }]);
for (const count of [63, 64, 65, 66]) {
    const extensions = { tag: [0xa1], inside: Array.from({ length: count }, (_, number) => nonsense(number)) };
    const extended = retoken(good('good-rsa-sha256'), { info: said => said.inside.push(extensions) });
    put('root', `extensions-${count}`, [{ response: extended }]);
    const more = Array.from({ length: count - 3 }, (_, number) => {
        const { tag, inside } = nonsense(number);
        return { tag, inside: [inside[0], { tag: [0x31], inside: [] }] };
    });
    const attributed = retoken(good('good-rsa-sha256'), { attributes: set => set.inside.push(...more) });
    put('root', `attributes-${count}`, [{ response: attributed }]);
}
for (const count of [16, 17])
    put('root', `lists-${count}`, [{ response: good('good-list'), list: Buffer.concat(Array(count).fill(list)) }]);
put('root', 'lists-long', [{ response: good('good-list'), list: Buffer.concat([list, Buffer.alloc(8 << 20, 0x30)]) }]);
const armor = bytes => Buffer.from(`a text\n-----BEGIN X509 CRL-----\n${bytes.toString('base64')}\n-----END X509 CRL-----\n`);
put('root', 'lists-armored', [{ response: good('good-list'), list: armor(bytesOf(parse(list))) }]);
put('root', 'long', [{ response: Buffer.concat([good('good-rsa-sha256'), Buffer.alloc(262_145)]) }]);
put('root', 'deep', [{ response: Buffer.alloc(262_144, 0x30), list: Buffer.alloc(8 << 20, 0x30) }]);
// each over the one before
const chain = [good('good-rsa-sha256')];
while (chain.length < 9) chain.push(retoken(good('good-rsa-sha256'), { info: imprint('sha256', chain.at(-1)) }));
put('root', 'renewed-eight-times', chain.map(response => ({ response })));

// ---- tokens over entries of a log

const log = readFileSync(join(vectors, 'custody-good.jsonl'), 'utf8').split('\n').filter(Boolean);
const entry = line => Buffer.from(/^\{"entry":(\{.*\}),"sig":"[^"]*"\}$/.exec(line)[1]);
const over = (name, bytes) => retoken(good(name), { info: imprint(/512/.test(name) ? 'sha512' : 'sha256', bytes) });
for (const home of ['root', 'nobody']) {
    put(home, 'log', [{ response: readFileSync(join(stamps, 'good-accuracy.tsr')) }]);
    const at = join(work, `${home}-bundles`, 'log.zip.custody');
    writeFileSync(at, log.map(line => `${line}\n`).join(''));
    const first = over('good-rsa-sha256', entry(log[0]));
    [
        first,
        over('good-p521-sha256', entry(log.at(-1))),
        over('good-pss', first),
        // a log knows its entries by their SHA-256 alone
        over('good-rsa-sha512', entry(log[0])),
        over('good-fraction', Buffer.from('something else')),
        over('signature', entry(log[0])),
    ].forEach((token, number) => writeFileSync(beside(at, number), token));
}
// ---- proofs from stamps over many bundles: those of the vectors, altered ones, and ways up trees of all sizes

const proofs = JSON.parse(readFileSync(join(vectors, 'index.json'))).stamps;
const proof = name => readFileSync(join(vectors, `audit-stamp-${name}.proof`));
for (const { file, bundle } of proofs) put('root', file.replace('.proof', ''), [], readFileSync(join(vectors, file)), bundle);
for (const name of ['good', 'good-two', 'newer']) put('nobody', `proof-${name}`, [], proof(name));
// a token that came apart from the proof, and one beside a proof that leads nowhere
const [head, token] = opened(proof('good'));
put('root', 'proof-and-token', [{ response: token }], proof('of-another'));
put('root', 'proof-and-tokens', [{ response: good('good-rsa-sha256') }, { response: token }], proof('good'));

/** The first line of a proof, and what follows it. */
function opened(bytes) {
    const feed = bytes.indexOf('\n');
    return [JSON.parse(bytes.subarray(0, feed)), bytes.subarray(feed + 1)];
}
const written = (line, rest) => Buffer.concat([Buffer.from(`${JSON.stringify(line)}\n`), rest]);

/** A proof with a token of its own: leads up a tree of so many leaves, most of which nobody knows. */
function climbing(leaves, index) {
    const path = [];
    const node = (kind, ...inside) => digest('sha256', Buffer.concat([Buffer.from([kind]), ...inside]));
    let reached = node(0, Buffer.from(head.leaf, 'hex'));
    for (let [at, nodes] = [BigInt(index), BigInt(leaves)]; nodes > 1n; [at, nodes] = [at >> 1n, (nodes + 1n) >> 1n]) {
        const other = digest('sha256', Buffer.from(`partner ${path.length}`));
        if (at % 2n === 0n && at + 1n === nodes) continue;
        reached = at % 2n === 1n ? node(1, other, reached) : node(1, reached, other);
        path.push(other.toString('hex'));
    }
    return stamped({ ...head, stamp: { ...head.stamp, leaves, root: reached.toString('hex') }, index, path });
}
function stamped(line) {
    const own = retoken(token, { info: imprint('sha256', Buffer.from(`${JSON.stringify(line.stamp)}\n`)) });
    return [{ ...line, tokens: [{ token: own.length, lists: 0 }] }, own];
}

/** Changes a number or a digest of the first line, wherever it stands, or how many there are. */
function changed(line) {
    const fresh = structuredClone(line);
    const [inside, member] = one([
        ...['leaf', 'index', 'path', 'tokens', 'format'].map(name => [fresh, name]),
        ...['leaves', 'root', 'audit', 'format'].map(name => [fresh.stamp, name]),
        ...[...fresh.path.keys()].map(at => [fresh.path, at]),
        ...['token', 'lists'].map(name => [one(fresh.tokens), name]),
    ]);
    const was = inside[member];
    if (typeof was === 'number') inside[member] = one([was + 1, was - 1, was * 2, was + 2 ** 32, 0, 2 ** 53 - 1, 2 ** 53, String(was), null, was + 0.5]);
    else if (Array.isArray(was)) inside[member] = one([was.slice(1), was.slice(0, -1), [...was, ...was], [...was].reverse(), {}, []]);
    else inside[member] = one([was.toUpperCase(), was.slice(1), `${was}0`, was.replace(/[0-8]/, '9'), head.leaf, head.stamp.root, 7]);
    return fresh;
}

for (const name of ['good', 'good-lists', 'good-renewed', 'good-two'])
    for (let number = 0; number < 30 * MORE; number += 1) {
        const bytes = Buffer.from(proof(name));
        const feed = bytes.indexOf('\n') + 1;
        const [line, rest] = opened(bytes);
        const altered = one([
            () => flip(bytes),
            () => Buffer.concat([flip(bytes.subarray(0, feed)), rest]),
            () => one(inBytes)(bytes),
            () => written(changed(line), rest),
        ])();
        put('root', `proof-${name}-${number}`, [], altered);
    }
const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1];
for (const leaves of sizes)
    for (const index of new Set([0, leaves - 1, random(Math.min(leaves, 2 ** 32 - 1))]))
        put('root', `proof-${leaves}-${index}`, [], written(...climbing(leaves, index)));
for (let number = 0; number < 60 * MORE; number += 1) {
    const leaves = one(sizes);
    const [line, own] = climbing(leaves, random(Math.min(leaves, 2 ** 32 - 1)));
    const fresh = changed(line);
    // a stamp that leads elsewhere, with a token over it all the same
    put('root', `proof-climbing-${number}`, [], chance(50) ? written(...stamped({ ...fresh, tokens: line.tokens })) : written(fresh, own));
}
// the longest, and what is longer
const sized = { token: token.length, lists: 0 };
for (const count of [9, 10])
    put('root', `proof-tokens-${count}`, [], written({ ...head, tokens: Array(count).fill(sized) }, Buffer.concat(Array(count).fill(token))));
console.log(`${made} bundles with tokens beside them`);
