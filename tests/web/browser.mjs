// Drives the page in a browser: vectors say the same in it, nothing is asked of the network, nothing of a bundle runs, nobody is shut out.
//
// node browser.mjs KIT BROWSER PROGRAM PAGE VECTORS HOSTILE PICTURES: BROWSER is chrome or firefox and PROGRAM its path, HOSTILE a folder
// with hostile.zip, hostile.card, text.txt and large.zip, of some hundred megabytes, PICTURES where screenshots go.
import { X509Certificate, createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [kit, kind, program, page, vectors, hostile, pictures] = process.argv.slice(2);
const require = createRequire(join(kit, 'package.json'));
const puppeteer = (await import(pathToFileURL(require.resolve('puppeteer-core')).href)).default;
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const index = JSON.parse(readFileSync(join(vectors, 'index.json')));
mkdirSync(pictures, { recursive: true });
const chrome = kind === 'chrome';
const url = pathToFileURL(resolve(page)).href;

// The sandbox needs what containers often do not give; nothing but this page is loaded.
const browser = await puppeteer.launch({
    browser: kind,
    executablePath: program,
    headless: true,
    protocolTimeout: 60_000,
    args: chrome ? ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] : [],
});

let [passed, failed] = [0, 0];
const check = (holds, what, seen = '') => {
    if (holds) passed += 1;
    else {
        failed += 1;
        console.error(`FAILED  ${kind}: ${what}`, seen);
    }
};

async function load({ width = 1000, scheme = 'light', bypass = false } = {}) {
    const tab = await browser.newPage();
    const seen = { requests: [], said: [] };
    tab.on('request', request => {
        if (!/^(blob|data):/.test(request.url()) && request.url() !== url) seen.requests.push(request.url());
    });
    tab.on('console', message => seen.said.push(message.text()));
    tab.on('pageerror', error => seen.said.push(String(error)));
    tab.on('dialog', dialog => {
        seen.said.push('a dialog');
        void dialog.dismiss();
    });
    if (bypass && chrome) await tab.setBypassCSP(true);
    await tab.setViewport({ width, height: 900 });
    if (chrome) await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await tab.goto(url);
    await tab.waitForSelector('#bundle');
    return { tab, seen };
}

const give = async (tab, field, ...files) => (await tab.$(`#${field}`)).uploadFile(...files.map(file => resolve(file)));

/** Drops files anywhere on the page. */
async function drop(tab, ...files) {
    const input = await tab.evaluateHandle(() => {
        const made = Object.assign(document.createElement('input'), { type: 'file', multiple: true });
        return document.body.appendChild(made);
    });
    await input.uploadFile(...files.map(file => resolve(file)));
    await tab.evaluate(from => {
        const carried = new DataTransfer();
        for (const file of from.files) carried.items.add(file);
        from.remove();
        document.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, cancelable: true }));
    }, input);
}

async function believe(tab, card) {
    await give(tab, 'cards', card);
    await tab.waitForSelector('#offers input[type=checkbox]');
    check(await tab.$eval('#offers button', button => button.disabled), 'a key can be believed before its digits were compared');
    await tab.click('#offers input[type=checkbox]');
    await tab.click('#offers button');
}

/** Checks what was given, and what comes out: the word, and the state of the contents. */
async function read(tab) {
    await tab.evaluate(() => {
        document.querySelector('#result').hidden = true;
        document.querySelector('form').requestSubmit();
    });
    await tab
        .waitForFunction(() => !document.querySelector('#result').hidden, { timeout: 30_000 })
        .catch(async () => {
            const live = await tab.$eval('#live', each => each.textContent);
            throw new Error(`nothing came out: ${live}`);
        });
    return tab.evaluate(() => ({
        word: document.querySelector('#result-title').textContent.replace(/[\u2066-\u2069]/g, ''),
        contents: document.querySelector('.answers dd').textContent.replace(/[\u2066-\u2069]/g, ''),
        codes: [...document.querySelectorAll('.found .exact')].map(each => each.textContent),
        files: document.querySelectorAll('.files > li').length,
        text: document.querySelector('#result').textContent,
    }));
}

const WORDS = {
    verified: 'VERIFIED',
    failed: 'FAILED',
    'cannot-check': 'CANNOT CHECK',
    'unknown-signer': 'UNKNOWN SIGNER',
    'not-enough': 'NOT ENOUGH',
};

// ---- every vector says the same as in index.json

{
    const { tab, seen } = await load();
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    const stranger = await read(tab);
    check(stranger.word === 'UNKNOWN SIGNER' && stranger.files > 0, 'before anybody is believed nothing is verified', stranger.word);
    await believe(tab, join(vectors, 'amina.card'));
    const of = index.vectors.filter(({ trusted, revoked }) => trusted.join() === 'amina' && revoked.length === 0);
    // Firefox is slower to take files
    for (const vector of of.filter((_, at) => chrome || at % 6 === 0)) {
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

// ---- timestamps count where their authority was compared and is believed, and are remembered only where that is asked for

{
    const stamps = join(vectors, 'timestamps');
    const { tab, seen } = await load({ bypass: true });
    await believe(tab, join(vectors, 'amina.card'));
    await give(tab, 'bundle', join(vectors, 'good-least.zip'));
    const renewed = ['good-renewed-stolen.tsr', 'good-renewed-stolen.2.tsr', 'good-renewed-stolen.tsr.crl'];
    await drop(tab, ...renewed.map(name => join(stamps, name)));
    await tab.waitForFunction(() => document.querySelector('#tokens-given').textContent.includes('2'));
    const plain = ({ text }) => text.replace(/[\u2066-\u2069]/g, '');
    const claimed = await read(tab);
    check(
        claimed.codes.includes('token.authority') && plain(claimed).includes('This proves nothing. It claims: the seal was there before'),
        'a token counts though nobody believes its authority',
        plain(claimed),
    );
    await drop(tab, join(stamps, 'root.pem'));
    await tab.waitForSelector('#authority-offers input[type=checkbox]');
    const offered = await tab.$eval('#authority-offers', each => [each.textContent, each.querySelector('button').disabled]);
    const sha256 = createHash('sha256').update(new X509Certificate(readFileSync(join(stamps, 'root.pem'))).raw).digest('hex');
    check(offered[0].includes(sha256) && offered[1], 'an authority can be believed before its SHA-256 was compared', offered);
    check((await read(tab)).codes.includes('token.authority'), 'an authority is believed though nobody said so');
    await tab.click('#authority-offers input[type=checkbox]');
    await tab.click('#authority-offers button');
    const proven = await read(tab);
    for (const said of [
        'before 2026-01-02T03:04:05Z, proven by "Example Time Root"',
        'This proves: the seal was there before 2026-01-02T03:04:05Z. "Example Time Root", whom you believe, vouches for it.',
        '"good-renewed-stolen.2.tsr" renews it.',
    ])
        check(plain(proven).includes(said), `of a token is not said: ${said}`, plain(proven));
    await tab.screenshot({ path: join(pictures, `${kind}-timestamps.png`), fullPage: true });
    if (chrome) {
        await give(tab, 'authorities', join(stamps, 'stranger.pem'));
        await tab.waitForSelector('#authority-offers input');
        await tab.evaluate(axe);
        const { violations } = await tab.evaluate(() => window.axe.run(document));
        check(violations.length === 0, 'axe, timestamps', violations);
    }
    check(!proven.codes.includes('token.authority') && !proven.codes.includes('token.revoked'), 'a renewal does not count', proven.codes);
    await tab.click('#remember');
    const kept = await tab.evaluate(() => localStorage.length);
    await tab.reload();
    await tab.waitForSelector('#bundle');
    const again = await tab.$eval('#trusted', each => each.textContent);
    await tab.click('#remember');
    const gone = await tab.evaluate(() => localStorage.length);
    check(kept === 2 && again.includes('Example Time Root') && gone === 0, 'authorities are not remembered as asked', { kept, again, gone });
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
        { timeout: 10_000 },
    );
    await tab
        .waitForFunction(() => [...document.querySelectorAll('iframe')].some(frame => frame.contentDocument?.images[0]?.naturalWidth > 0), {
            timeout: 10_000,
        })
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
    await tab.waitForSelector('#bundle');
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

// ---- nobody is shut out; and what it looks like

for (const [view, options] of Object.entries({
    light: {},
    ...(chrome ? { dark: { scheme: 'dark' } } : {}),
    narrow: { width: 360 },
    rtl: { direction: 'rtl' },
})) {
    const { tab } = await load({ ...options, bypass: true });
    if (options.direction)
        await tab.evaluate(() => {
            document.documentElement.dir = 'rtl';
        });
    const look = async state => {
        const { scroll, width } = await tab.evaluate(() => ({
            scroll: document.documentElement.scrollWidth,
            width: document.documentElement.clientWidth,
        }));
        check(scroll <= width, `${state} ${view} is wider than its window`, [scroll, width]);
        await tab.screenshot({ path: join(pictures, `${kind}-${state}-${view}.png`), fullPage: true });
        if (!chrome) return;
        if (!(await tab.evaluate(() => 'axe' in window))) await tab.evaluate(axe);
        const { violations, passes } = await tab.evaluate(() => window.axe.run(document));
        check(
            violations.length === 0,
            `axe, ${state} ${view}`,
            violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html.slice(0, 200)}`),
        );
        // an audit that looked at nothing finds nothing
        check(
            passes.some(({ id }) => id === 'color-contrast'),
            'axe did not look at the contrast',
        );
    };
    await give(tab, 'cards', join(vectors, 'amina.card'));
    await tab.waitForSelector('#offers input');
    await look('start');
    await tab.click('#offers input[type=checkbox]');
    await tab.click('#offers button');
    for (const [state, file] of [
        ['withheld', join(vectors, 'good-full.zip')],
        ['failed', join(vectors, 'payload-altered.zip')],
        ['stranger', join(hostile, 'hostile.zip')],
    ]) {
        await give(tab, 'bundle', file);
        await read(tab);
        if (state === 'stranger') {
            await tab.evaluate(() => {
                for (const button of document.querySelectorAll('.files button[aria-label^="Show"]')) button.click();
            });
            await new Promise(done => setTimeout(done, 700));
        }
        await look(state);
    }
    if (chrome && view === 'light') await tab.pdf({ path: join(pictures, `${kind}.pdf`), format: 'a4' });
    await tab.close();
}

// ---- by keyboard alone

{
    const { tab } = await load();
    await give(tab, 'bundle', join(vectors, 'good-plain.zip'));
    await tab.focus('#bundle');
    const order = [];
    for (let step = 0; step < 12; step += 1) {
        await tab.keyboard.press('Tab');
        order.push(await tab.evaluate(() => document.activeElement.id || document.activeElement.textContent));
        if (order.at(-1) === 'Check it') break;
    }
    await tab.keyboard.press('Enter');
    await tab.waitForFunction(() => !document.querySelector('#result').hidden);
    const told = await tab.evaluate(() => [document.activeElement.id, document.querySelector('#live').textContent]);
    check(order.at(-1) === 'Check it' && told[0] === 'result' && told[1].includes('UNKNOWN SIGNER'), 'it does not go by keyboard alone', {
        order,
        told,
    });
    await tab.close();
}

await browser.close();
console.log(`${kind}: ${passed} checks passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
