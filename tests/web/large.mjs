// Checks a large bundle in the page, in Chromium, and tells what that takes; see large.
//
// node large.mjs KIT CHROMIUM PAGE CARD BUNDLE IDENTITY
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [kit, program, page, card, bundle, identity] = process.argv.slice(2);
const require = createRequire(join(kit, 'package.json'));
const puppeteer = (await import(pathToFileURL(require.resolve('puppeteer-core')).href)).default;
const args = ['--no-sandbox', '--disable-gpu'];
const browser = await puppeteer.launch({ executablePath: program, headless: true, protocolTimeout: 1_200_000, args });
const tab = await browser.newPage();
const give = async (field, file) => (await tab.$(`#${field}`)).uploadFile(resolve(file));

/** Bytes that the process in which the page runs holds for itself: the largest of those that show pages. */
function memory() {
    const held = readdirSync('/proc').flatMap(pid => {
        try {
            if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return [];
            const status = readFileSync(`/proc/${pid}/status`, 'utf8');
            return [1024 * Number(/RssAnon:\s+(\d+)/.exec(status)[1])];
        } catch {
            return [];
        }
    });
    return Math.max(0, ...held);
}

await tab.goto(pathToFileURL(resolve(page)).href);
await give('cards', card);
await tab.waitForSelector('#offers input');
await tab.click('#offers input');
await tab.click('#offers button');
await give('bundle', bundle);
await give('identity', identity);
await tab.evaluate(() => {
    window.pause = 0;
    let last = performance.now();
    setInterval(() => {
        window.pause = Math.max(window.pause, performance.now() - last - 20);
        last = performance.now();
    }, 20);
});

// in the middle of it
await tab.click('.main');
await tab.waitForFunction(() => document.querySelector('progress').value > 0.2, { timeout: 600_000, polling: 50 });
const before = Date.now();
await tab.evaluate(() => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Cancel').click());
const cancelled = await tab.$eval('#live', live => live.textContent.startsWith('Cancelled'));
const took = Date.now() - before;

let most = 0;
const watch = setInterval(() => (most = Math.max(most, memory())), 100);
const began = Date.now();
await tab.click('.main');
await tab.waitForFunction(() => !document.querySelector('#result').hidden, { timeout: 1_200_000, polling: 100 });
const seconds = (Date.now() - began) / 1000;
clearInterval(watch);
const [word, pause] = await tab.evaluate(() => [document.querySelector('#result-title').textContent, window.pause]);
await browser.close();
const { size } = statSync(bundle);
const [rate, mib] = [size / 1e6 / seconds, most / 1024 / 1024].map(Math.round);
console.log(
    `${bundle}: ${word}, ${size} bytes in ${seconds.toFixed(1)} s, ${rate} MB/s, ${mib} MiB, pause ${Math.round(pause)} ms, cancelled in ${took} ms`,
);
const holds = word === 'VERIFIED' && cancelled && most < 300e6 && pause < 1000;
process.exit(holds ? 0 : 1);
