// The browser and the page in it, as people use it, for browser.mjs and its parts.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const [kit, kind, program, page, vectors, hostile, pictures, bundles] = process.argv.slice(2);
const require = createRequire(join(kit, 'package.json'));
const puppeteer = (await import(pathToFileURL(require.resolve('puppeteer-core')).href)).default;
export const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
export const index = JSON.parse(readFileSync(join(vectors, 'index.json')));
mkdirSync(pictures, { recursive: true });
export const chrome = kind === 'chrome';
const url = pathToFileURL(resolve(page)).href;

// The sandbox needs what containers often do not give; nothing but this page is loaded.
export const browser = await puppeteer.launch({
    browser: kind,
    executablePath: program,
    headless: true,
    // on a machine that is busy with other things
    protocolTimeout: 180_000,
    timeout: 120_000,
    args: chrome ? ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] : [],
});

let [passed, failed] = [0, 0];
export const check = (holds, what, seen = '') => {
    if (holds) passed += 1;
    else {
        failed += 1;
        console.error(`FAILED  ${kind}: ${what}`, seen);
    }
};

export async function load({ width = 1000, scheme = 'light', bypass = false, before } = {}) {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(120_000);
    if (before) await tab.evaluateOnNewDocument(before);
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

export const give = async (tab, field, ...files) => (await tab.$(`#${field}`)).uploadFile(...files.map(file => resolve(file)));

export async function believe(tab, card) {
    await give(tab, 'cards', card);
    await tab.waitForSelector('#offers input[type=checkbox]');
    check(await tab.$eval('#offers button', button => button.disabled), 'a key can be believed before its digits were compared');
    await tab.click('#offers input[type=checkbox]');
    await tab.click('#offers button');
}

/** Checks what was given, and what comes out: the word, and the state of the contents. */
export async function read(tab) {
    await tab.evaluate(() => {
        document.querySelector('#result').hidden = true;
        document.querySelector('form').requestSubmit();
    });
    await tab
        .waitForFunction(() => !document.querySelector('#result').hidden)
        .catch(async () => {
            const live = await tab.$eval('#live', each => each.textContent);
            throw new Error(`nothing came out: ${live}`);
        });
    return tab.evaluate(() => ({
        word: document.querySelector('#result-title').textContent.replace(/[\u2066-\u2069]/g, ''),
        contents: (document.querySelector('.answers dd')?.textContent ?? '').replace(/[\u2066-\u2069]/g, ''),
        codes: [...document.querySelectorAll('.found .exact')].map(each => each.textContent),
        files: document.querySelectorAll('.files > li').length,
        text: document.querySelector('#result').textContent,
    }));
}

/** Ends the browser, and the run: badly, where anything was not as it should be. */
export async function finish() {
    await browser.close();
    console.log(`${kind}: ${passed} checks passed, ${failed} failed`);
    process.exit(failed === 0 ? 0 : 1);
}
