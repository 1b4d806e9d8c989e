// Somebody who wants the page to say something else, to stop, or to do something.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { believe, check, chrome, give, hostile, load, read, vectors } from '../drive.mjs';

const work = mkdtempSync(join(tmpdir(), 'sealbag-'));
// a browser tells of no change where the same name is chosen again
let count = 0;
const file = (name, bytes) => {
    writeFileSync(join(work, name), bytes);
    return join(work, name);
};

// ---- files that are no bundles

{
    const { tab, seen } = await load();
    await believe(tab, join(vectors, 'amina.card'));
    const top = 'sealbag-0123456789ab/';
    const entry = (name, bytes) => {
        const header = Buffer.alloc(30);
        header.writeUInt32LE(0x04034b50, 0);
        header.writeUInt16LE(10, 4);
        header.writeUInt32LE(bytes.length, 18);
        header.writeUInt32LE(bytes.length, 22);
        header.writeUInt16LE(Buffer.byteLength(top + name), 26);
        return Buffer.concat([header, Buffer.from(top + name), bytes]);
    };
    const deep = (open, count) => Buffer.from(`{"format":"sealbag-manifest/1","items":${open.repeat(count)}`);
    const good = readFileSync(join(vectors, 'good-plain.zip'));
    for (const [name, bytes] of [
        ['empty.zip', Buffer.alloc(0)],
        ['one byte.zip', Buffer.from('P')],
        [
            'many.zip',
            Buffer.concat(Array.from({ length: 65_536 }, (_, at) => entry(`data/${String(at).padStart(5, '0')}`, Buffer.alloc(0)))),
        ],
        ['nested.zip', entry('seal/manifest.json', deep('[', 16_000_000))],
        ['members.zip', entry('seal/manifest.json', deep('{"a":', 3_000_000))],
        ['items.zip', entry('seal/items.jsonl', Buffer.from('{"salt":'.repeat(500_000)))],
        ['age.zip.age', Buffer.concat([Buffer.from(`age-encryption.org/v1\n${'-> X25519 a\n\n'.repeat(4000)}`), Buffer.alloc(2_000_000)])],
        ['armor.zip.age', Buffer.from(`-----BEGIN AGE ENCRYPTED FILE-----\n${'A'.repeat(9_000_000)}`)],
        ['twice.zip', Buffer.concat([good, good])],
        ['\u202egpj.<img src=x onerror=pwned=1>.zip', good.subarray(0, -1)],
        ['__proto__', good.subarray(1)],
    ]) {
        await give(tab, 'bundle', file(name, bytes));
        const said = await read(tab);
        check(['FAILED', 'CANNOT CHECK'].includes(said.word) && said.files === 0, `${name} is a bundle`, said.word);
    }
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    check((await read(tab)).word === 'VERIFIED', 'after all that nothing can be checked');
    // the same in the places of what belongs to a bundle
    for (const [field, bytes] of [
        ['custody', Buffer.alloc(0)],
        ['custody', Buffer.from('{"entry":'.repeat(500_000))],
        ['disclosures', Buffer.alloc(0)],
        ['disclosures', Buffer.from('[')],
        ['identity', Buffer.from('AGE-SECRET-KEY-1')],
        ['against', Buffer.alloc(0)],
    ]) {
        await give(tab, field, file(`other ${(count += 1)}`, bytes));
        const said = await tab
            .evaluate(() => document.querySelector('form').requestSubmit())
            .then(() =>
                tab.waitForFunction(
                    () => document.querySelector('.main').disabled === false && document.querySelector('#live').textContent,
                ),
            )
            .then(() => tab.$eval('#live', live => live.textContent));
        check(said !== '', `nothing is said of ${field}`, said);
        await give(tab, field);
    }
    for (const bytes of [
        Buffer.alloc(0),
        Buffer.from('{"format":"sealbag-card/1"}\n'),
        Buffer.from(' namespaces="manifest@sealbag" __proto__ x\n'.repeat(9000)),
        Buffer.alloc(3_000_000, 0x7b),
    ]) {
        await tab.evaluate(() => document.querySelector('#offers').replaceChildren());
        await give(tab, 'cards', file(`card ${(count += 1)}`, bytes));
        await tab.waitForFunction(() => document.querySelector('#offers').childNodes.length > 0);
        check((await tab.$('#offers input')) === null, 'what is no card is offered');
    }
    check(await tab.evaluate(() => window.pwned === undefined && {}.polluted === undefined), 'something ran');
    check(seen.requests.length === 0 && seen.said.length === 0, 'the network is asked, or the browser complains', seen);
    await tab.close();
}

// ---- what changes while it is read, and after

{
    const { tab } = await load();
    const changing = file('changing.zip', readFileSync(join(vectors, 'good-plain.zip')));
    await believe(tab, join(vectors, 'amina.card'));
    await give(tab, 'bundle', changing);
    check((await read(tab)).word === 'VERIFIED', 'a bundle that will change');
    writeFileSync(changing, Buffer.alloc(20));
    const told = await tab.evaluate(async () => {
        const save = [...document.querySelectorAll('.files button')].find(({ textContent }) => textContent === 'Save');
        save.click();
        await new Promise(done => setTimeout(done, 500));
        return save.closest('li').querySelector('.shown').textContent;
    });
    // Firefox holds a file as it was when it was given, where it is short
    if (chrome) check(told === 'It cannot be shown here.', 'a file that changed is saved', told);
    const said = await read(tab);
    check(chrome ? said.codes.includes('io.read') : said.word !== 'VERIFIED' || told === '', 'a bundle that changed passes', said);
    await tab.close();
}

// ---- the picture of one bundle does not stay when another one is looked at; and two runs at once end as one

{
    const { tab } = await load();
    await give(tab, 'bundle', join(hostile, 'hostile.zip'));
    await read(tab);
    await tab.evaluate(() => document.querySelector('.files button[aria-label*="a & b"]').click());
    await tab.waitForSelector('iframe');
    await tab.waitForFunction(() => document.querySelector('iframe').contentDocument?.images[0]?.naturalWidth > 0);
    const url = await tab.evaluate(() => document.querySelector('iframe').contentDocument.images[0].src);
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    await read(tab);
    const gone = await tab.evaluate(async address => {
        const image = new Image();
        const ended = new Promise(done => {
            image.onload = () => done('there');
            image.onerror = () => done('gone');
        });
        image.src = address;
        return ended;
    }, url);
    check(gone === 'gone' && (await tab.$('iframe')) === null, 'a picture of the bundle before is still there', gone);

    await give(tab, 'bundle', join(hostile, 'large.zip'));
    await tab.evaluate(() => {
        document.querySelector('form').requestSubmit();
        document.querySelector('form').requestSubmit();
    });
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    await tab.waitForFunction(() => !document.querySelector('#result').hidden);
    const text = await tab.$eval('#result', result => result.textContent);
    check(text.includes('zeros.bin'), 'what was asked first is not what comes out', text.slice(0, 300));
    await tab.close();
}
rmSync(work, { recursive: true });
