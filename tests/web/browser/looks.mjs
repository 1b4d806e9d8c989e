// What the page looks like in every state, that nobody is shut out of it, and what comes out of a printer.
import { join } from 'node:path';
import { axe, check, chrome, give, hostile, kind, load, pictures, read, vectors } from '../drive.mjs';

const forced = { features: [{ name: 'forced-colors', value: 'active' }] };
for (const [view, options] of Object.entries({
    light: { axe: true },
    ...(chrome ? { dark: { scheme: 'dark', axe: true }, forced: { media: forced } } : {}),
    // 1280 pixels at 400 percent
    narrow: { width: 320, axe: true },
    rtl: { direction: 'rtl' },
})) {
    const { tab } = await load({ ...options, bypass: true });
    if (options.media) await (await tab.createCDPSession()).send('Emulation.setEmulatedMedia', options.media);
    if (options.direction)
        await tab.evaluate(() => {
            document.documentElement.dir = 'rtl';
        });
    const look = async state => {
        const { scroll, width, moving } = await tab.evaluate(() => ({
            scroll: document.documentElement.scrollWidth,
            width: document.documentElement.clientWidth,
            moving: document.getAnimations().length,
        }));
        check(scroll <= width, `${state} ${view} is wider than its window`, [scroll, width]);
        check(moving === 0, `something moves in ${state} ${view}`);
        await tab.screenshot({ path: join(pictures, `${kind}-${state}-${view}.png`), fullPage: true });
        if (!chrome || !options.axe) return;
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
    await tab.click('summary');
    await look('start');
    await tab.click('#offers input[type=checkbox]');
    await tab.click('#offers button');
    const audit = ['', '.summary.json', '.summary.sig'].map(end => join(vectors, `audit-good.jsonl${end}`));
    for (const [state, field, ...files] of [
        ['withheld', 'bundle', join(vectors, 'good-full.zip')],
        ['failed', 'bundle', join(vectors, 'payload-altered.zip')],
        ['encrypted', 'bundle', join(vectors, 'age/hybrid.zip.age')],
        ['audit', 'audit', ...audit],
        ['stranger', 'bundle', join(hostile, 'hostile.zip')],
    ]) {
        await give(tab, field, ...files);
        await read(tab);
        if (state === 'stranger') {
            await tab.evaluate(() => {
                for (const button of document.querySelectorAll('.files button[aria-label^="Show"]')) button.click();
            });
            await tab.waitForFunction(() =>
                [...document.querySelectorAll('iframe')].some(frame => frame.contentDocument?.images[0]?.naturalWidth > 0),
            );
        }
        await look(state);
    }
    await tab.close();
}

// ---- on paper: the word, the digits, all that was found and what is in it, and no field and no button

{
    const { tab } = await load({ bypass: true, scheme: 'dark' });
    await give(tab, 'bundle', join(hostile, 'hostile.zip'));
    await read(tab);
    await tab.evaluate(() => {
        for (const button of document.querySelectorAll('.files button[aria-label^="Show"]')) button.click();
    });
    await tab.waitForFunction(() =>
        [...document.querySelectorAll('iframe')].some(frame => frame.contentDocument?.images[0]?.naturalWidth > 0),
    );
    for (const format of ['A4', 'Letter']) await tab.pdf({ path: join(pictures, `${kind}-${format}.pdf`), format, printBackground: false });
    if (chrome) {
        await tab.emulateMediaType('print');
        const printed = await tab.evaluate(() => {
            const seen = element => element.checkVisibility();
            const boxes = [...document.querySelectorAll('.text, iframe')].filter(seen);
            return {
                controls: [...document.querySelectorAll('button, input, select, summary')].filter(seen).length,
                parts: ['#result-title', '.answers', '.digits', '.found', '.files', '.text', 'iframe'].filter(
                    part => !seen(document.querySelector(part)),
                ),
                cut: boxes.filter(box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1).length,
                paper: getComputedStyle(document.body).backgroundColor,
            };
        });
        check(printed.controls === 0 && printed.parts.length === 0 && printed.cut === 0, 'what is printed is not whole', printed);
        check(printed.paper === 'rgb(255, 255, 255)', 'the paper is dark', printed.paper);
    }
    await tab.close();
}
