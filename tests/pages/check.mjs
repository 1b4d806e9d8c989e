// Loads pages that sealbag made in headless Chromium, in light, dark, print, on a telephone and from right to left, and fails where one
// runs anything, asks for anything, links out of itself, does not fit, or axe finds something that shuts somebody out.
//
// node check.mjs CHROMIUM PICTURES TEXT PAGE=WORD...: each page, and the word that it must begin with; where a + follows the word, the page
// must show TEXT letter by letter, and where # and a number follow, so many pictures must be on paper although nobody scrolled to them.
// PICTURES is a folder for screenshots.
import { readFileSync, mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const [chromium, pictures, text, ...pages] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(pictures, { recursive: true });

const views = {
    light: { width: 1100, scheme: 'light' },
    dark: { width: 1100, scheme: 'dark' },
    narrow: { width: 360, scheme: 'light' },
    rtl: { width: 1100, scheme: 'light', direction: 'rtl' },
};
let failed = 0;
const check = (page, holds, what, seen = '') => {
    if (!holds) {
        failed += 1;
        console.error(`FAILED  ${page}: ${what}`, seen);
    }
};

// The sandbox needs what containers often do not give; nothing but pages made here is loaded.
const browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ['--no-sandbox', '--disable-gpu'] });

async function load(file, { width, scheme }, bypass) {
    const tab = await browser.newPage();
    const seen = { requests: [], said: [], dialogs: 0 };
    tab.on('request', request => { if (!request.url().startsWith('data:image/jpeg;base64,')) seen.requests.push(request.url()); });
    tab.on('console', message => seen.said.push(message.text()));
    tab.on('pageerror', error => seen.said.push(String(error)));
    tab.on('dialog', dialog => { seen.dialogs += 1; dialog.dismiss(); });
    if (bypass) await tab.setBypassCSP(true);
    await tab.setViewport({ width, height: 900 });
    await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    const url = pathToFileURL(resolve(file)).href;
    await tab.goto(url);
    // as tall as the page is, so that everything is laid out and every picture loaded
    const height = await tab.evaluate(() => document.documentElement.scrollHeight);
    await tab.setViewport({ width, height: Math.min(height + 2000, 15000) });
    await tab.waitForFunction(() => [...document.images].every(image => image.complete), { timeout: 20000 }).catch(() => {});
    return { tab, seen, url };
}

for (const given of pages) {
    const at = given.lastIndexOf('=');
    const [asked, count] = given.slice(at + 1).split('#');
    const [file, word, says] = [given.slice(0, at), asked.replace(/\+$/, ''), asked.endsWith('+')];
    const name = basename(file, '.html').replace(/[^\w.-]/g, '_');

    // without its own policy, so that nothing but the escaping keeps text from running
    {
        const { tab, seen } = await load(file, views.light, true);
        const ran = await tab.evaluate(() => {
            for (const element of document.querySelectorAll('*')) element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
            return window.pwned ?? null;
        });
        check(name, ran === null && seen.dialogs === 0, 'something ran', ran);
        check(name, seen.requests.length === 1, 'something was asked for', seen.requests);
        await tab.close();
    }
    if (count) {
        const tab = await browser.newPage();
        await tab.setViewport({ width: 1100, height: 900 });
        await tab.goto(pathToFileURL(resolve(file)).href);
        const paper = Buffer.from(await tab.pdf({ format: 'a4', printBackground: true })).toString('latin1');
        const printed = paper.split('/Subtype /Image').length - 1;
        check(name, printed >= Number(count), 'pictures are missing on paper', `${printed} of ${count}`);
        await tab.close();
    }
    for (const [view, options] of Object.entries(views)) {
        const { tab, seen, url } = await load(file, options, false);
        const here = `${name} ${view}`;
        if (options.direction) {
            await tab.evaluate(direction => { document.documentElement.dir = direction; }, options.direction);
        }
        check(here, seen.requests.length === 1 && seen.requests[0] === url, 'something was asked for', seen.requests);
        check(here, seen.said.length === 0 && seen.dialogs === 0, 'the browser complains', seen.said);
        const found = await tab.evaluate(() => {
            const all = [...document.querySelectorAll('*')];
            const tags = new Set(all.map(element => element.localName));
            const known = ['html', 'head', 'meta', 'title', 'style', 'body', 'header', 'nav', 'main', 'section', 'footer', 'div', 'h1', 'h2', 'h3',
                'p', 'a', 'ul', 'ol', 'li', 'span', 'dl', 'dt', 'dd', 'bdi', 'code', 'pre', 'figure', 'figcaption', 'img', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'strong', 'svg', 'rect'];
            const images = [...document.images];
            const ids = all.map(element => element.id).filter(Boolean);
            return {
                heading: document.querySelector('h1').textContent,
                text: document.body.textContent,
                strange: [...tags].filter(tag => !known.includes(tag)),
                handlers: all.flatMap(element => element.getAttributeNames()).filter(name => name.startsWith('on') || name === 'style'),
                out: [...document.querySelectorAll('[href], [src]')].map(element => element.getAttribute('href') ?? element.getAttribute('src'))
                    .filter(link => !link.startsWith('#') && !link.startsWith('data:image/jpeg;base64,')),
                nowhere: [...document.links].filter(link => !document.getElementById(link.hash.slice(1))).map(link => link.hash),
                twice: ids.filter((id, index) => ids.indexOf(id) !== index),
                broken: images.filter(image => !image.complete || image.naturalWidth === 0).length,
                nameless: images.filter(image => !image.alt).length,
                wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            };
        });
        check(here, found.heading.startsWith(word), `does not begin with ${word}`, found.heading);
        check(here, !says || found.text.includes(text), 'does not show the text letter by letter');
        for (const list of ['strange', 'handlers', 'out', 'nowhere', 'twice']) check(here, found[list].length === 0, list, found[list]);
        for (const count of ['broken', 'nameless']) check(here, found[count] === 0, `${count} pictures`, found[count]);
        check(here, found.wide <= 0, 'is wider than its window', found.wide);
        await tab.screenshot({ path: `${pictures}/${name}-${view}.png`, fullPage: true });
        if (view === 'light') {
            await tab.pdf({ path: `${pictures}/${name}-a4.pdf`, format: 'a4', printBackground: true });
            await tab.pdf({ path: `${pictures}/${name}-letter.pdf`, format: 'letter', printBackground: true });
        }
        await tab.close();
        if (view === 'narrow') continue;

        const audit = await load(file, options, true);
        if (options.direction) await audit.tab.evaluate(direction => { document.documentElement.dir = direction; }, options.direction);
        await audit.tab.evaluate(axe);
        const { violations, passes } = await audit.tab.evaluate(() => window.axe.run(document));
        const rules = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html.slice(0, 200)}`);
        check(here, rules.length === 0, 'axe', rules);
        // an audit that looked at nothing finds nothing
        check(here, passes.some(({ id }) => id === 'color-contrast'), 'axe did not look at the contrast');
        await audit.tab.close();
    }
    console.log(`looked at ${name}`);
}
await browser.close();
console.log(failed === 0 ? `${pages.length} pages passed` : `${failed} faults`);
process.exit(failed === 0 ? 0 : 1);
