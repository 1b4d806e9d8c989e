// Makes bundles of every kind with the program, and damages some, for compare.mjs.
//
// node bundles.mjs SEALBAG WORK: leaves WORK/reader, the home of whoever reads, WORK/identity, what opens their envelopes,
// WORK/made with 300 bundles and what is asked of some, WORK/mutants with 2,000, and WORK/audits with the results of an audit, whole and
// damaged. Everything is drawn from one seed (SEED), but for keys, salts and ids.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [sealbag, work] = process.argv.slice(2);
rmSync(work, { recursive: true, force: true });
for (const folder of ['made', 'mutants', 'audits']) mkdirSync(join(work, folder), { recursive: true });
const at = (...names) => join(work, ...names);

function run(who, ...args) {
    const { status, stdout, stderr } = spawnSync(sealbag, ['--home', at(who), ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`sealbag ${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
}

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

const bytesAnywhere = [
    bytes => {
        bytes[random(bytes.length)] ^= 1 << random(8);
        return bytes;
    },
    bytes => {
        bytes[random(bytes.length)] = random(256);
        return bytes;
    },
    bytes => bytes.subarray(0, random(bytes.length)),
    bytes => Buffer.concat([bytes, Buffer.alloc(1 + random(40), random(2) * 65)]),
    bytes => {
        const from = random(bytes.length);
        return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random(30))]);
    },
    bytes => {
        const from = random(bytes.length);
        return Buffer.concat([bytes.subarray(0, from), bytes.subarray(random(bytes.length)).subarray(0, 60), bytes.subarray(from)]);
    },
];

const lines = edit => bytes => Buffer.from(edit(bytes.toString('latin1').split(/(?<=\n)/)).join(''), 'latin1');
const inText = [
    ...bytesAnywhere,
    lines(all => all.filter((_, at_) => at_ !== random(all.length))),
    lines(all => {
        const which = random(all.length);
        return [...all.slice(0, which + 1), ...all.slice(which)];
    }),
    lines(all => {
        const which = random(all.length);
        return [...all.slice(which), ...all.slice(0, which)];
    }),
    lines(all => all.map(line => line.replace(/"(?=,|})/, ' "'))),
    lines(all => all.map(line => line.replace(/\/1"/, `/${one(['2', '0', '01', '999999', '1000000'])}"`))),
    lines(all => all.map(line => line.replace(/20\d\d-/, one(['1979-', '2108-', '2099-', '0000-'])))),
    lines(all => all.map(line => line.replace(/null/, `"${'a'.repeat(64)}"`))),
    lines(all =>
        all.map(line =>
            line.replace(/"size":(\d+)/, (_, size) => `"size":${one(['0', `${size}0`, `-${size}`, '1e3', '9007199254740993'])}`),
        ),
    ),
    () => Buffer.alloc(0),
];

// ---- people: a sender whom the reader believes, an editor too, a stranger; somebody who moved to another key, and somebody who lost one

const people = { sender: 'Sender', editor: 'Editor', stranger: 'Stranger', reader: 'Reader', mover: 'Mover', loser: 'Loser' };
for (const [who, name] of Object.entries(people)) {
    run(who, 'key', 'new', '--name', name, '--no-passphrase', '--yes');
    writeFileSync(at(`${who}.card`), run(who, 'card'));
}
for (const who of ['sender', 'editor', 'stranger', 'mover', 'loser'])
    for (const known of Object.keys(people)) if (known !== who) run(who, 'contact', 'add', at(`${known}.card`), '--yes');
for (const known of ['sender', 'editor', 'mover', 'loser']) run('reader', 'contact', 'add', at(`${known}.card`), '--yes');
cpSync(at('mover'), at('moved'), { recursive: true });
run('moved', 'key', 'new', '--succeeds', 'Mover', '--no-passphrase', '--yes');
writeFileSync(at('moved.card'), run('moved', 'card'));
run('reader', 'contact', 'add', at('moved.card'), '--yes', '--force');
cpSync(at('loser'), at('lost'), { recursive: true });
run('lost', 'key', 'revoke', 'Loser', '-o', at('lost.statement'), '--yes');
run('reader', 'contact', 'revoke', '--statement', at('lost.statement'), '--yes');
copyFileSync(at('reader/keys/1.age'), at('identity'));
const editor = JSON.parse(run('sender', 'contact', 'list', '--json')).contacts.find(({ name }) => name === 'Editor').fingerprint;

// ---- bundles

const names = [
    'report.txt',
    'photos/a.jpg',
    'photos/新疆_巡逻.jpg',
    'photos/b.png',
    'notes/ночь.txt',
    'sound/مقابلة.mp3',
    'ü/ñ.pdf',
    'deep/er/and/deeper.bin',
];
const texts = ['Oret', '“I counted two”,\nhe said', 'a\tb\\c"d', 'שלום', '\u202eevil', 'x'.repeat(3000), '😀 \u0001', 'unknown'];

function bag(number) {
    const folder = at('bags', String(number));
    const files = names.filter(() => chance(50));
    if (files.length === 0) files.push('report.txt');
    for (const file of files) {
        mkdirSync(join(folder, file, '..'), { recursive: true });
        writeFileSync(join(folder, file), Buffer.from(Array.from({ length: random(4) === 0 ? 0 : random(3000) }, () => random(256))));
    }
    const facts = (...keys) => Object.fromEntries(keys.filter(() => chance(60)).map(key => [key, one(texts)]));
    const metadata = {
        case: { ...facts('title', 'note', 'event_place', 'rights'), ...(chance(30) ? { may_withhold: editor } : {}) },
        sources: chance(50) ? { S1: facts('identity', 'note') } : {},
        files: Object.fromEntries(files.map(file => [file, facts('caption', 'credit', 'place')])),
    };
    writeFileSync(at('bags', `${number}.json`), JSON.stringify(metadata));
    return { folder, metadata: at('bags', `${number}.json`), files };
}

for (let number = 0; readdirSync(at('made')).filter(name => /\.(zip|age)$/.test(name)).length < 300; number += 1) {
    const { folder, metadata, files } = bag(number);
    const who = one(['sender', 'sender', 'sender', 'sender', 'editor', 'stranger', 'mover', 'moved', 'loser']);
    const plain = at('made', `${number}-plain.zip`);
    run(who, 'seal', folder, '--metadata', metadata, '--yes', '-o', plain);
    if (chance(40)) {
        const to = [
            '--to',
            'Reader',
            ...(chance(40) && who !== 'editor' ? ['--to', 'Editor'] : []),
            ...(chance(40) ? ['--name-recipients'] : []),
            ...(chance(40) ? ['--classic'] : []),
        ];
        const sealed = at('made', `${number}-sealed.zip.age`);
        run(who, 'seal', folder, '--metadata', metadata, '--yes', ...to, '-o', sealed);
        // what was in an envelope, on its own and in another
        if (to.includes('Editor') && who !== 'moved' && chance(70))
            run(
                'editor',
                'reseal',
                sealed,
                '--to',
                'Reader',
                ...(chance(50) ? ['--sign'] : []),
                '--yes',
                '-o',
                at('made', `${number}-passed.zip.age`),
            );
    }
    if (files.length > 1 && chance(60)) {
        const by = chance(70) ? who : one(['editor', 'sender', 'stranger']);
        const redacted = at('made', `${number}-redacted.zip`);
        const trusts = spawnSync(sealbag, [
            '--home',
            at(by),
            'redact',
            plain,
            '--withhold',
            one(files.slice(1)),
            '--reason',
            one(texts),
            '--anyway',
            '--yes',
            '-o',
            redacted,
        ]);
        if (trusts.status === 0 && chance(60))
            spawnSync(sealbag, [
                '--home',
                at(who),
                'disclose',
                plain,
                '--item',
                files[0],
                '--item',
                one(files),
                '--plain',
                '--yes',
                '-o',
                `${redacted}.disclosure`,
            ]);
        if (existsSync(`${redacted}.disclosure`) && chance(40))
            writeFileSync(`${redacted}.disclosure`, one([...bytesAnywhere, ...inText])(readFileSync(`${redacted}.disclosure`)));
    }
    if (chance(30)) {
        const log = `${plain}.custody`;
        const by = one(['editor', 'stranger']);
        spawnSync(sealbag, ['--home', at(by), 'receive', plain, '--yes', '--log', log, '--receipt', at('bags', `${number}.receipt`)]);
        const steps = [['stored', '--place', 'a shelf'], ['countersigned'], ['note', '--note', 'seen'], ['verified']];
        for (const step of steps.filter(() => chance(40)))
            spawnSync(sealbag, ['--home', at(one(['editor', by])), 'custody', 'add', ...step, plain, '--log', log, '--yes']);
        const kept = readFileSync(log);
        if (chance(40)) writeFileSync(log, one([...bytesAnywhere, ...inText])(Buffer.from(kept)));
    }
}

// ---- what the reader asks of some of them, and what some are compared with

const bundles = readdirSync(at('made')).filter(name => /\.(zip|age)$/.test(name));
for (const name of bundles.filter(() => chance(40))) {
    const few = (...all) => all.filter(() => chance(30));
    const [number] = name.split('-');
    const near = bundles.filter(other => other.startsWith(`${number}-`));
    writeFileSync(
        at('made', `${name}.asked`),
        JSON.stringify({
            from: one([undefined, undefined, 'Sender', 'Editor', 'Mover']),
            releasesBy: few('Editor', 'Sender'),
            required: few('complete', 'time', 'addressed', 'custody'),
            countersigned: few('Editor'),
            against: chance(50) ? one([...near, ...near, one(bundles)]) : undefined,
        }),
    );
}

// ---- an audit, and what happens to its results

const whole = at('audits', 'whole.jsonl');
spawnSync(sealbag, ['--home', at('editor'), 'audit', at('made'), '--yes', '--file-hashes', '-o', whole], { encoding: 'utf8' });
const audit = ['', '.summary.json', '.summary.sig'].map(end => readFileSync(whole + end));
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

// lines that the auditor signed like that: what a reader finds in them, and not only that they were altered
const line = edit => results => lines(all => edit(all, random(all.length)))(results);
const inResults = [
    line((all, which) => all.filter((_, at_) => at_ !== which)),
    line((all, which) => [...all, all[which]]),
    line((all, which) => [...all.slice(which), ...all.slice(0, which)]),
    line((all, which) => all.map((one_, at_) => (at_ === which ? one(inText)(Buffer.from(one_, 'latin1')).toString('latin1') : one_))),
    ...[
        [/"outcome":"[^"]*"/, () => `"outcome":"${one(['intact', 'failed', 'changed', 'closed', 'unread', 'not-enough', 'fine'])}"`],
        [/"passed":(true|false)/, () => `"passed":${one(['true', 'false', '0', 'false,"passed":true'])}`],
        [/"number":(\d+)/, (_, number) => `"number":${one([`${number}.0`, `0${number}`, '0', `${number}1`, `"${number}"`, '1e2'])}`],
        [/"path":"/, () => `"path":"${one(['x', '\\u0000', '\\ud800', './'])}`],
        [/"path_base64":null/, () => `"path_base64":"${one(['QQ==', 'QR==', 'QQ', ''])}"`],
        [/"size":\d+/, () => `"size":${one(['null', '-1', '1.5', '"1"', '12', '9007199254740993'])}`],
        [/"register":null/, () => `"register":${one(['{"state":"moved","path":"a"}', '{"state":"lost","path":null}', '{}', '[]'])}`],
        [/"checked_at":"[^"]*"/, () => `"checked_at":"${one(['2026-02-29T00:00:00Z', '2026-01-01T00:00:00Z', 'now'])}"`],
        ...['file_sha256', 'shown', 'seal_sha256', 'digest'].map(member => [
            new RegExp(`"${member}":"[^"]*"`),
            () => `"${member}":${one(['null', '""', `"${'A'.repeat(64)}"`, `"${'a'.repeat(63)}"`, `"${'a'.repeat(64)}"`])}`,
        ]),
        [/"schema":"[^"]*"/, () => `"schema":"${one(['sealbag-verify/2', 'sealbag-verify/1'])}"`],
        [/"findings":\[/, () => `"findings":[${one(['{}', '[],', '{"code":"a","where":"b","detail":"c","more":1}'])}`],
        [/"time":\{/, () => `"time":${one(['null,"x":{', '{"a":[[[]]],'])}`],
    ].map(([from, to]) => line((all, which) => all.map((each, at_) => (at_ === which ? each.replace(from, to) : each)))),
];
const inSummary = [
    summary => summary.replace(/"exit":\d/, `"exit":${random(6)}`),
    summary => summary.replace(/"passed":(\d+)/, (_, passed) => `"passed":${Number(passed) + 1 - random(3)}`),
    summary => summary.replace(/"shard":null/, `"shard":"${one(['1/1', '1/2', '2/2', '2/1', '01/2'])}"`),
    summary => summary.replace(/"listed":(\d+)/, (_, listed) => `"listed":${Number(listed) + random(3) - 1}`),
    summary => summary.replace(/"by":"/, `"by":"${one(['', 'x'])}`),
];
for (let number = 0; number < 150; number += 1) {
    const at_ = at('audits', `${number}.jsonl`);
    let [results, summary, signature] = audit.map(each => Buffer.from(each));
    const kind = number % 5;
    if (kind === 0) results = one([...bytesAnywhere, ...inResults])(results);
    else if (kind === 1) summary = one(inText)(summary);
    else if (kind === 2) signature = one(bytesAnywhere)(signature);
    else {
        if (kind === 3) results = one(inResults)(results);
        const rows = results
            .toString()
            .split('\n')
            .filter(Boolean)
            .map(row => {
                try {
                    return JSON.parse(row);
                } catch {
                    return {};
                }
            });
        const told = JSON.parse(summary);
        for (const outcome of Object.keys(told.counts))
            told.counts[outcome] = rows.filter(row => row.outcome?.replace('-', '_') === outcome).length;
        told.checked = told.listed = Object.values(told.counts).reduce((a, b) => a + b, 0);
        told.passed = rows.filter(({ passed }) => passed === true).length;
        told.results = sha256(results);
        if (chance(70)) told.list = sha256(rows.map(({ path, path_base64 }) => `${path_base64 ? atob(path_base64) : path}\0`).join(''));
        summary = `${JSON.stringify(told)}\n`;
        if (kind === 4) summary = one(inSummary)(summary);
        writeFileSync(at('bags', 'summary'), summary);
        spawnSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', at('editor/keys/1.key'), '-n', 'audit@sealbag', at('bags', 'summary')]);
        signature = readFileSync(at('bags', 'summary.sig'));
        rmSync(at('bags', 'summary.sig'));
    }
    ['', '.summary.json', '.summary.sig'].forEach((end, which) => writeFileSync(at_ + end, [results, summary, signature][which]));
}

// ---- mutants: bytes anywhere, and parts that are wrong in a file that is right

function unzip(zip) {
    const entries = [];
    for (let from = 0; zip.readUInt32LE(from) === 0x04034b50;) {
        const [size, length] = [zip.readUInt32LE(from + 22), zip.readUInt16LE(from + 26)];
        const name = zip.subarray(from + 30, from + 30 + length).toString('latin1');
        entries.push({
            name,
            stamp: zip.readUInt32LE(from + 10),
            bytes: Buffer.from(zip.subarray(from + 30 + length, from + 30 + length + size)),
        });
        from += 30 + length + size;
    }
    return entries;
}

const table = Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit += 1) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
    return byte >>> 0;
});
const crc32 = bytes => {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255];
    return (crc ^ 0xffffffff) >>> 0;
};

function zip(entries) {
    const [local, central] = [[], []];
    let offset = 0;
    for (const { name, stamp, bytes } of entries) {
        const raw = Buffer.from(name, 'latin1');
        const header = Buffer.alloc(30);
        header.writeUInt32LE(0x04034b50, 0);
        header.writeUInt16LE(10, 4);
        header.writeUInt16LE(raw.some(byte => byte > 127) ? 0x800 : 0, 6);
        header.writeUInt32LE(stamp, 10);
        header.writeUInt32LE(crc32(bytes), 14);
        header.writeUInt32LE(bytes.length, 18);
        header.writeUInt32LE(bytes.length, 22);
        header.writeUInt16LE(raw.length, 26);
        const other = Buffer.alloc(46);
        other.writeUInt32LE(0x02014b50, 0);
        other.writeUInt16LE(0x030a, 4);
        header.copy(other, 6, 4, 30);
        other.writeUInt32LE(0x81a40000, 38);
        other.writeUInt32LE(offset, 42);
        local.push(header, raw, bytes);
        central.push(other, raw);
        offset += 30 + raw.length + bytes.length;
    }
    const directory = Buffer.concat(central);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(entries.length, 8);
    end.writeUInt16LE(entries.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...local, directory, end]);
}

const inBundle = [
    entries => {
        entries.splice(random(entries.length), 1);
        return entries;
    },
    entries => {
        const which = random(entries.length);
        entries.splice(which, 0, { ...entries[which] });
        return entries;
    },
    entries => {
        const [a, b] = [random(entries.length), random(entries.length)];
        [entries[a], entries[b]] = [entries[b], entries[a]];
        return entries;
    },
    entries => {
        const [a, b] = [random(entries.length), random(entries.length)];
        entries[a].bytes = entries[b].bytes;
        return entries;
    },
    entries => {
        one(entries).stamp += 1 + random(70000);
        return entries;
    },
    entries => {
        const entry = one(entries);
        entry.name = entry.name.replace(
            /[^/]+$/,
            one(['x', '..', 'CON', 'a:b', '.DS_Store', 'manifest-2.json', 'release-1.json', 'release-1.sig', 'readers.json', 'padding']),
        );
        return entries;
    },
    entries => {
        const name = `${entries[0].name.slice(0, 21)}${one(['seal/padding', 'seal/release-2.json', 'seal/readers.sig', 'seal/manifest-pq.sig', 'z'])}`;
        entries.push({ name, stamp: entries[0].stamp, bytes: Buffer.alloc(random(300)) });
        return entries;
    },
    entries => {
        const part = one(entries.filter(({ name }) => !name.includes('/data/')));
        part.bytes = one(inText)(part.bytes);
        return entries;
    },
];
// parts count more than bytes do
for (let more = 0; more < 4; more += 1) inBundle.push(inBundle.at(-1));

const made = readdirSync(at('made')).map(name => at('made', name));
const small = made
    .filter(name => /(plain|redacted)\.zip$/.test(name))
    .map(name => readFileSync(name))
    .filter(({ length }) => length < 40_000);
small.push(
    ...made
        .filter(name => /\.zip\.age$/.test(name))
        .slice(0, 5)
        .flatMap(name => {
            const { status, stdout } = spawnSync('age', ['-d', '-i', at('identity'), name], { maxBuffer: 1 << 28 });
            return status === 0 ? [stdout] : [];
        }),
);
const sealed = made.filter(name => name.endsWith('.zip.age')).map(name => readFileSync(name));
const inEnvelope = bytes => {
    const head = bytes.indexOf('\n--- ') + 80;
    return Buffer.concat([one(bytesAnywhere)(Buffer.from(bytes.subarray(0, head))), bytes.subarray(head)]);
};
for (let number = 0; number < 2000; number += 1) {
    if (number % 10 === 0) {
        writeFileSync(at('mutants', `${number}.zip.age`), one([inEnvelope, ...bytesAnywhere])(Buffer.from(one(sealed))));
        continue;
    }
    const base = Buffer.from(one(small));
    let mutant = number % 4 === 0 ? one(bytesAnywhere)(base) : zip(one(inBundle)(unzip(base)));
    if (mutant.equals(base)) mutant = base.subarray(1);
    writeFileSync(at('mutants', `${number}.zip`), mutant);
}
console.log(`${readdirSync(at('made')).length} files of bundles and what lies beside them, ${readdirSync(at('mutants')).length} mutants`);
