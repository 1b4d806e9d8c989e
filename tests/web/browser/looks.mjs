// What the page looks like in every state, and that nobody is shut out of it; and what comes out of a printer.
import { join } from 'node:path';
import { axe, believe, check, chrome, give, hostile, kind, load, pictures, read, vectors } from '../drive.mjs';

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
