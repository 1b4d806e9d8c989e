// Drives the page in a browser: vectors say the same in it, nothing is asked of the network, nothing of a bundle runs, nobody is shut out.
//
// node browser.mjs KIT BROWSER PROGRAM PAGE VECTORS HOSTILE PICTURES BUNDLES: BROWSER is chrome or firefox and PROGRAM its path, HOSTILE a
// folder with hostile.zip, hostile.card, text.txt and large.zip, of some hundred megabytes, PICTURES where screenshots go, BUNDLES what
// bundles.mjs made, or -.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { believe, browser, check, chrome, finish, give, hostile, index, load, read, vectors } from './drive.mjs';

const WORDS = {
    verified: 'VERIFIED',
    failed: 'FAILED',
    'cannot-check': 'CANNOT CHECK',
    'unknown-signer': 'UNKNOWN SIGNER',
    'not-enough': 'NOT ENOUGH',
};

// ---- vectors say what index.json says of them, and what is in them is shown only where they are whole

{
    const { tab, seen } = await load();
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    const stranger = await read(tab);
    check(stranger.word === 'UNKNOWN SIGNER' && stranger.files > 0, 'before anybody is believed nothing is verified', stranger.word);
    await believe(tab, join(vectors, 'amina.card'));
    // a few as people would; all of them are asked of the worker, see browser/worker.mjs
    const of = index.vectors.filter(({ trusted, revoked }) => trusted.join() === 'amina' && revoked.length === 0);
    for (const vector of of.filter((_, at) => at % (chrome ? 3 : 12) === 0)) {
        await give(tab, 'bundle', join(vectors, vector.file));
        const said = await read(tab);
        const expected = vector.codes.filter(code => code !== 'container.second_reader');
        check(said.word.split(',')[0] === WORDS[vector.verdict] && expected.every(code => said.codes.includes(code)), vector.file, said);
        const shown = ['verified', 'unknown-signer', 'not-enough'].includes(vector.verdict);
        check(shown === said.files > 0, `${vector.file}: what is in it is ${shown ? 'not ' : ''}shown`, said.files);
    }
    check(seen.requests.length === 0 && seen.said.length === 0, 'the network is asked, or the browser complains', seen);
    await tab.close();
}

// ---- an encrypted bundle, a disclosure, a log

{
    const { tab, seen } = await load();
    await believe(tab, join(vectors, 'amina.card'));
    await give(tab, 'bundle', join(vectors, 'age/hybrid.zip.age'));
    check((await read(tab)).word === 'CANNOT CHECK', 'an envelope opens without a key');
    await give(tab, 'identity', join(vectors, 'age/identities.age'));
    await tab.type('#passphrase', 'correct horse');
    check((await read(tab)).word === 'VERIFIED', 'an envelope does not open');
    check(await tab.$eval('#passphrase', input => input.value === ''), 'the passphrase stays');
    await give(tab, 'bundle', join(vectors, 'good-redacted-twice.zip'));
    await give(tab, 'identity');
    await give(tab, 'disclosures', join(vectors, 'disclosure-good'));
    await give(tab, 'custody', join(vectors, 'custody-good.jsonl'));
    const said = await read(tab);
    check(said.word.startsWith('VERIFIED, ') && said.text.includes('disclosed to you'), 'a disclosure gives nothing back', said.text);
    check(!said.text.includes('no log was given'), 'a log is not read');
    check(seen.requests.length === 0 && seen.said.length === 0, 'the network is asked, or the browser complains', seen);
    await tab.close();
}

// ---- a folder

if (chrome) {
    const { tab } = await load();
    await believe(tab, join(vectors, 'amina.card'));
    const folder = mkdtempSync(join(tmpdir(), 'sealbag-'));
    const zip = readFileSync(join(vectors, 'good-plain.zip'));
    for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
        const [size, name] = [zip.readUInt32LE(at + 22), zip.readUInt16LE(at + 26)];
        const path = join(folder, zip.subarray(at + 30, at + 30 + name).toString());
        mkdirSync(join(path, '..'), { recursive: true });
        at += 30 + name + size;
        writeFileSync(path, zip.subarray(at - size, at));
    }
    const top = join(folder, readdirSync(folder)[0]);
    const giveFolder = async () => {
        await give(tab, 'folder', top);
        // a folder is gone through before its files are there
        await tab.waitForFunction(() => document.querySelector('#folder').files.length > 0);
        await new Promise(done => setTimeout(done, 100));
    };
    await giveFolder();
    check((await read(tab)).word === 'VERIFIED', 'an unpacked bundle is not verified');
    writeFileSync(join(top, 'data/report.txt'), 'something else');
    // a browser tells of files that are not as they were when they were given
    check((await read(tab)).codes.includes('io.read'), 'a file changes under the reader');
    await tab.reload();
    await tab.waitForSelector('#bundle');
    await giveFolder();
    const altered = await read(tab);
    check(altered.word === 'FAILED' && altered.files === 0, 'a file that was altered passes', altered);
    rmSync(folder, { recursive: true });
    await tab.close();
}

// ---- a hostile bundle runs nothing, even where the page's own policy is off; what it says stands there letter by letter

for (const bypass of chrome ? [false, true] : [false]) {
    const { tab, seen } = await load({ bypass });
    await believe(tab, join(hostile, 'hostile.card'));
    await give(tab, 'bundle', join(hostile, 'hostile.zip'));
    const said = await read(tab);
    const text = readFileSync(join(hostile, 'text.txt'), 'utf8');
    check(said.word === 'VERIFIED' && said.text.includes(text), 'text is not shown letter by letter', said.word);
    await tab.evaluate(() => {
        for (const button of document.querySelectorAll('.files button[aria-label^="Show"]')) button.click();
    });
    await tab.waitForFunction(
        () => [...document.querySelectorAll('.files .shown')].filter(each => each.childNodes.length > 0).length >= 3,
    );
    await tab
        .waitForFunction(() => [...document.querySelectorAll('iframe')].some(frame => frame.contentDocument?.images[0]?.naturalWidth > 0))
        .catch(() => check(false, 'no picture is shown'));
    const ran = await tab.evaluate(() => {
        for (const element of document.querySelectorAll('*')) element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
        const strange = [...document.querySelectorAll('#result *')]
            .map(element => element.localName)
            .filter(name => ['script', 'svg', 'object', 'embed', 'style', 'link'].includes(name));
        return {
            pwned: window.pwned ?? null,
            strange,
            frames: [...document.querySelectorAll('iframe')].map(frame => frame.getAttribute('sandbox')),
        };
    });
    check(ran.pwned === null && ran.strange.length === 0, 'something ran', ran);
    check(ran.frames.length > 0 && ran.frames.every(sandbox => sandbox === 'allow-same-origin'), 'a frame without its sandbox', ran.frames);
    check(seen.requests.length === 0 && seen.said.length === 0, 'the network is asked, or the browser complains', seen);
    await tab.close();
}

// ---- a file is saved as it was sealed, under a name without folders; and what takes long can be cancelled

if (chrome) {
    const { tab } = await load();
    const into = mkdtempSync(join(tmpdir(), 'sealbag-'));
    const session = await browser.target().createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: into, eventsEnabled: true });
    await give(tab, 'bundle', join(hostile, 'hostile.zip'));
    await read(tab);
    const ended = new Promise(done =>
        session.on('Browser.downloadProgress', ({ state }) => {
            if (state === 'completed') done();
        }),
    );
    await tab.evaluate(() =>
        [...document.querySelectorAll('.files button')]
            .find(button => button.getAttribute('aria-label')?.includes("a & b's.png") && button.textContent === 'Save')
            .click(),
    );
    await ended;
    const saved = readdirSync(into);
    check(saved.join() === "a & b's.png", 'a file is saved under another name', saved);
    check(
        readFileSync(join(into, saved[0])).equals(readFileSync(join(hostile, "bag/photos/a & b's.png"))),
        'a file is not saved as it was sealed',
    );
    rmSync(into, { recursive: true });

    await give(tab, 'bundle', join(hostile, 'large.zip'));
    await tab.evaluate(() => document.querySelector('form').requestSubmit());
    await tab.waitForFunction(() => document.querySelector('#progress progress').value > 0, { polling: 20 });
    await tab.evaluate(() => [...document.querySelectorAll('button')].find(button => button.textContent === 'Cancel').click());
    const told = await tab.evaluate(() => [
        document.querySelector('#live').textContent,
        document.querySelector('#result').hidden,
        document.querySelector('.main').disabled,
    ]);
    check(told[0].startsWith('Cancelled') && told[1] && !told[2], 'nothing can be cancelled', told);
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    check((await read(tab)).word === 'UNKNOWN SIGNER', 'after something was cancelled nothing can be checked');
    await tab.close();
}

// ---- what was remembered is told, and only what was asked for

{
    const { tab } = await load();
    await believe(tab, join(vectors, 'amina.card'));
    const before = await tab.evaluate(() => localStorage.length);
    await tab.click('#remember');
    const after = await tab.evaluate(() => [localStorage.length, document.querySelector('#remember-told').textContent]);
    await tab.reload();
    await tab.waitForSelector('#people li');
    const again = await tab.$eval('#people', people => people.textContent);
    await tab.click('#remember');
    const gone = await tab.evaluate(() => localStorage.length);
    check(
        before === 0 && after[0] === 1 && after[1].includes('storage') && again.includes('amina') && gone === 0,
        'what is remembered is not as asked',
        { before, after, again, gone },
    );
    await tab.close();
}

// ---- by keyboard alone: files are chosen, a key is compared and believed, and the bundle is checked

{
    const { tab } = await load();
    const choose = async file => {
        if (!chrome) return give(tab, await tab.evaluate(() => document.activeElement.id), file);
        // a browser that is busy may take the key before it tells of choosers
        for (let tries = 0; tries < 20; tries += 1) {
            const opened = tab.waitForFileChooser({ timeout: 3000 }).catch(() => undefined);
            await tab.keyboard.press('Enter');
            const chooser = await opened;
            if (chooser) return chooser.accept([file]);
        }
        return check(false, 'no file can be chosen by keyboard');
    };
    const order = [];
    /** Goes on until something is reached, by its id or what stands on it. */
    const reach = async what => {
        for (let step = 0; step < 30 && order.at(-1) !== what; step += 1) {
            await tab.keyboard.press('Tab');
            order.push(await tab.evaluate(() => document.activeElement.id || document.activeElement.textContent));
        }
    };
    await reach('bundle');
    await choose(join(vectors, 'good-plain.zip'));
    await reach('cards');
    await choose(join(vectors, 'amina.card'));
    await tab.waitForSelector('#offers input');
    await reach('compared-1');
    await tab.keyboard.press(' ');
    await reach('Believe this key');
    await tab.keyboard.press('Enter');
    await tab.waitForSelector('#people li');
    await reach('Check it');
    await tab.keyboard.press('Enter');
    await tab.waitForFunction(() => !document.querySelector('#result').hidden);
    const told = await tab.evaluate(() => [document.activeElement.id, document.querySelector('#live').textContent]);
    check(order.at(-1) === 'Check it' && told[0] === 'result' && told[1] === 'VERIFIED', 'it does not go by keyboard alone', {
        order,
        told,
    });
    await tab.close();
}

await import('./browser/looks.mjs');
await import('./browser/worker.mjs');
await import('./browser/given.mjs');
await import('./browser/timestamps.mjs');
await import('./browser/attacks.mjs');
await finish();
