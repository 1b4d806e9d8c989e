// What is given: dropped as files and as a folder, chosen by keyboard alone; whom to believe, what keys say of themselves, what is asked,
// audits; and what this browser remembers, or cannot.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { believe, check, chrome, give, load, read, vectors } from '../drive.mjs';

/** Drops files, or one folder: in Chromium as the mouse does, elsewhere, where nothing can, as an event with files in it. */
async function drop(tab, ...paths) {
    if (chrome) {
        const session = await tab.createCDPSession();
        const data = { items: [], files: paths.map(path => resolve(path)), dragOperationsMask: 1 };
        for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data });
        await session.detach();
        return;
    }
    await tab.evaluate(
        files => {
            const dataTransfer = new DataTransfer();
            for (const { name, base64 } of files)
                dataTransfer.items.add(new File([Uint8Array.from(atob(base64), each => each.charCodeAt(0))], name));
            document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        },
        paths.map(path => ({ name: path.split('/').at(-1), base64: readFileSync(path).toString('base64') })),
    );
}
const dropped = async (tab, ...paths) => {
    await tab.evaluate(() => document.querySelector('#drop-told').replaceChildren());
    await drop(tab, ...paths);
    await tab.waitForFunction(() => document.querySelector('#drop-told').textContent !== '');
    return tab.$eval('#drop-told', told => told.textContent);
};

/** A vector as it is unpacked, in a folder of its own. */
function unpacked(name) {
    const folder = mkdtempSync(join(tmpdir(), 'sealbag-'));
    const zip = readFileSync(join(vectors, name));
    for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
        const [size, length] = [zip.readUInt32LE(at + 22), zip.readUInt16LE(at + 26)];
        const path = join(folder, zip.subarray(at + 30, at + 30 + length).toString());
        mkdirSync(join(path, '..'), { recursive: true });
        at += 30 + length + size;
        writeFileSync(path, zip.subarray(at - size, at));
    }
    return { folder, top: join(folder, zip.subarray(30, 50).toString()) };
}

// ---- dropped

{
    const { tab, seen } = await load();
    await dropped(
        tab,
        ...['amina.card', 'disclosure-good', 'custody-good.jsonl', 'good-redacted-twice.zip'].map(name => join(vectors, name)),
    );
    await tab.waitForSelector('#offers input[type=checkbox]');
    await tab.click('#offers input[type=checkbox]');
    await tab.click('#offers button');
    const said = await read(tab);
    check(
        said.word.startsWith('VERIFIED, ') && said.text.includes('disclosed to you'),
        'what is dropped together is not read together',
        said.text,
    );
    check(!said.text.includes('no log was given'), 'a log that is dropped is not read');
    await dropped(tab, join(vectors, 'age/hybrid.zip.age'), join(vectors, 'age/identities.age'));
    await tab.type('#passphrase', 'correct horse');
    const opened = await read(tab);
    check(
        opened.word === 'VERIFIED' || opened.codes.includes('disclosure.other'),
        'an identity file that is dropped opens nothing',
        opened,
    );
    const two = await dropped(tab, join(vectors, 'good-plain.zip'), join(vectors, 'payload-altered.zip'));
    check(two.startsWith('More than one bundle'), 'of two bundles one is checked', two);
    const audit = ['', '.summary.json', '.summary.sig'].map(end => join(vectors, `audit-good.jsonl${end}`));
    await dropped(tab, ...audit);
    check((await read(tab)).word === 'SIGNED', 'an audit that is dropped is not read');
    check(seen.requests.length === 0 && seen.said.length === 0, 'the network is asked, or the browser complains', seen);
    // a drop of nothing, of text, and of an address
    for (const [type, text] of [[], ['text/plain', 'VERIFIED'], ['text/uri-list', 'http://127.0.0.1:9/x.zip']]) {
        const told = await tab.evaluate(
            async (kind, what) => {
                document.querySelector('#drop-told').replaceChildren();
                const dataTransfer = new DataTransfer();
                if (kind) dataTransfer.setData(kind, what);
                document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
                await new Promise(done => setTimeout(done, 50));
                return document.querySelector('#drop-told').textContent;
            },
            type,
            text,
        );
        check(told === 'What was dropped is no file.', `a drop of ${type ?? 'nothing'}`, told);
    }
    check(seen.requests.length === 0 && (await tab.$('#bundle')) !== null, 'a drop leads away from the page', seen);
    await tab.close();
}
if (chrome) {
    const { tab } = await load();
    await believe(tab, join(vectors, 'amina.card'));
    const { folder, top } = unpacked('good-plain.zip');
    await dropped(tab, top);
    check((await read(tab)).word === 'VERIFIED', 'a folder that is dropped is not verified');
    mkdirSync(join(top, 'data/nothing'));
    await dropped(tab, top);
    const empty = await read(tab);
    check(empty.word === 'VERIFIED' && empty.codes.includes('folder.junk'), 'an empty folder in one that is dropped', empty);
    writeFileSync(join(top, 'data/more.txt'), 'more');
    await dropped(tab, top);
    check((await read(tab)).codes.includes('payload.unlisted'), 'a file more in a folder that is dropped');
    rmSync(folder, { recursive: true });
    await tab.close();
}

// ---- whom to believe: a key that was lost, one that comes after another, two on one name

{
    const { tab } = await load();
    const offered = async card => {
        await give(tab, 'cards', join(vectors, card));
        await tab.waitForFunction(() => document.querySelector('#offers').childNodes.length > 0);
        return tab.$eval('#offers', offers => offers.textContent);
    };
    await believe(tab, join(vectors, 'amina.card'));
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    check((await read(tab)).word === 'VERIFIED', 'a contact is not believed');
    check((await offered('revocation-altered.statement')).includes('not made by the key'), 'a statement that nobody signed is taken');
    check((await read(tab)).word === 'VERIFIED', 'a statement that nobody signed revokes');
    check((await offered('revocation-good.statement')).includes('not its owner'), 'a revocation is not told');
    const revoked = await read(tab);
    check(revoked.word === 'UNKNOWN SIGNER' && revoked.codes.includes('signer.revoked'), 'a key that was revoked counts', revoked);
    check((await offered('amina.card')).includes('cannot be believed'), 'a key that was revoked is offered');
    check((await tab.$('#offers input')) === null, 'a key that was revoked can be believed');
    await tab.close();
}
{
    const { tab } = await load();
    await believe(tab, join(vectors, 'amina.card'));
    await give(tab, 'cards', join(vectors, 'card-succession-good.card'));
    await tab.waitForSelector('#offers input');
    check(await tab.$eval('#offers', offers => offers.textContent.includes('comes after')), 'a succession is not told');
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    check((await read(tab)).word === 'VERIFIED', 'a succession moves somebody by itself');
    await tab.click('#offers input');
    await tab.click('#offers button');
    const people = await tab.$$eval('#people li', rows => rows.map(row => row.textContent));
    check(people.length === 2 && people[0].includes('revoked since'), 'after a succession the old key is not spent', people);
    check((await read(tab)).codes.includes('signer.revoked'), 'a key that is spent counts');
    await tab.close();
}

// ---- what is asked

{
    const { tab } = await load();
    await believe(tab, join(vectors, 'amina.card'));
    await believe(tab, join(vectors, 'daria.card'));
    await give(tab, 'bundle', join(vectors, 'good-redacted-twice.zip'));
    await tab.click('summary');
    const asked = async (change, code, word) => {
        await change();
        const said = await read(tab);
        check(said.word === word && said.codes.includes(code), `${code} is not what comes out`, said);
    };
    await asked(() => tab.select('#from', 'daria'), 'signer.other', 'UNKNOWN SIGNER');
    await tab.select('#from', 'amina');
    await asked(() => tab.click('#require-complete'), 'require.complete', 'NOT ENOUGH');
    await tab.click('#require-complete');
    await asked(() => tab.click('#require-time'), 'require.time', 'NOT ENOUGH');
    await tab.click('#require-time');
    await asked(() => tab.click('#require-addressed'), 'require.addressed', 'NOT ENOUGH');
    await tab.click('#require-addressed');
    await asked(() => tab.click('#require-custody'), 'require.custody', 'NOT ENOUGH');
    await tab.click('#require-custody');
    await asked(() => tab.select('#countersigned', 'daria'), 'require.countersigned', 'NOT ENOUGH');
    await tab.select('#countersigned', '');
    await asked(() => give(tab, 'against', join(vectors, 'example.card')), 'against.unread', 'NOT ENOUGH');
    await give(tab, 'against', join(vectors, 'good-plain.zip'));
    const compared = await read(tab);
    check(/compared: the two bundles have/.test(compared.text), 'two bundles are not compared', compared.text);
    await tab.close();
}

// ---- audits

{
    const { tab } = await load();
    const audit = async (name, ...ends) => {
        await give(tab, 'audit', ...ends.map(end => join(vectors, `${name}${end}`)));
        return read(tab);
    };
    const all = ['', '.summary.json', '.summary.sig'];
    check((await audit('audit-good.jsonl', ...all)).word === 'SIGNED BY A STRANGER', 'a stranger signs an audit');
    await believe(tab, join(vectors, 'amina.card'));
    const good = await audit('audit-good.jsonl', ...all);
    check(good.word === 'SIGNED' && good.text.includes('archive/gone.zip'), 'what did not pass is not told', good.text);
    check((await audit('audit-good-empty.jsonl', ...all)).word === 'SIGNED', 'an audit of nothing');
    check((await audit('audit-good.jsonl', '', '.summary.json')).codes.includes('audit.unsigned'), 'an audit without a signature');
    check((await audit('audit-good.jsonl', '', '.summary.sig')).word === 'FAILED', 'an audit without a summary');
    check((await audit('audit-altered.jsonl', ...all)).codes.includes('audit.altered'), 'an audit that was altered');
    check((await audit('audit-newer.jsonl', ...all)).word === 'CANNOT CHECK', 'an audit of a later version');
    await tab.close();
}

// ---- a browser that keeps nothing

{
    const { tab, seen } = await load({
        before: () => {
            Object.defineProperty(window, 'localStorage', {
                get() {
                    throw new DOMException('denied', 'SecurityError');
                },
            });
        },
    });
    await believe(tab, join(vectors, 'amina.card'));
    await tab.click('#remember');
    const told = await tab.evaluate(() => [
        document.querySelector('#remember').checked,
        document.querySelector('#remember-told').textContent,
    ]);
    check(!told[0] && told[1].startsWith('This browser does not let'), 'a browser that keeps nothing is not told', told);
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    check((await read(tab)).word === 'VERIFIED' && seen.said.length === 0, 'nothing works where nothing is kept', seen);
    await tab.close();
}
for (const stored of [
    '{',
    '[null]',
    '[{"name":1}]',
    '"x"',
    '[{"name":"__proto__","line":"ssh-ed25519 AAAA","since":"x"}]',
    '{"length":3}',
]) {
    const { tab, seen } = await load();
    await tab.evaluate(text => localStorage.setItem('sealbag-believed', text), stored);
    await tab.reload();
    await tab.waitForSelector('#people p');
    const people = await tab.$$('#people li');
    check(people.length === 0 && seen.said.length === 0, `storage with ${stored} in it`, seen);
    await tab.evaluate(() => localStorage.clear());
    await tab.close();
}
