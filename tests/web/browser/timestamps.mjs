// Timestamps: they count where their authority was compared and is believed, and authorities are remembered only where that is asked for.
import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { axe, believe, check, chrome, give, kind, load, pictures, read, vectors } from '../drive.mjs';

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
// one timestamp for many bundles: its proof counts, and of the stamp alone it is said what is needed
const dropped = async (...names) => {
    await drop(tab, ...names.map(name => join(vectors, name)));
    await tab.waitForFunction(name => document.querySelector('#tokens-given').textContent.includes(name), {}, names[0]);
    const said = await read(tab);
    return { ...said, text: plain(said) };
};
const together = await dropped('audit-stamp-good.proof');
for (const said of [
    'before 2026-01-02T03:04:05Z, proven by "Example Time Root" with one timestamp for 7 bundles, of which this is one',
    'This proves: the seal, with one timestamp for 7 bundles, was there before 2026-01-02T03:04:05Z.',
])
    check(together.text.includes(said), `of a proof is not said: ${said}`, together);
const another = await dropped('audit-stamp-of-another.proof');
check(another.codes.join() === 'token.imprint' && !another.text.includes('This proves:'), 'the proof of another bundle counts', another);
const alone = await dropped('audit-stamp.jsonl.stamp.json', 'audit-stamp.jsonl.stamp.tree');
for (const said of [
    "as the signer's clock said; the token was not accepted",
    'this page does not read them: it needs a proof for this bundle',
    'sealbag audit stamp RESULTS --proof BUNDLE -o FILE.proof',
])
    check(alone.text.includes(said), `of a stamp alone is not said: ${said}`, alone);
check(alone.word === 'VERIFIED' && alone.codes.join() === 'io.missing,io.missing', 'a stamp alone is more than a timestamp that is none', alone);
await dropped('audit-stamp-good.proof');
await tab.click('#remember');
const kept = await tab.evaluate(() => localStorage.length);
await tab.reload();
await tab.waitForFunction(() => document.querySelector('#remember')?.checked);
const again = await tab.$eval('#trusted', each => each.textContent);
await tab.click('#remember');
const gone = await tab.evaluate(() => localStorage.length);
check(kept === 2 && again.includes('Example Time Root') && gone === 0, 'authorities are not remembered as asked', { kept, again, gone });
check(seen.requests.length === 0 && seen.said.length === 0, 'the network is asked, or the browser complains', seen);
await tab.close();
