// What the reader takes from the rest of the project, made anew for each build: the table of codes, and the sentences that it names.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const kebab = word => word.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();

/** The rows of `src/base/code.rs`: how each code counts. */
export function codes(root) {
    const table = readFileSync(join(root, 'src/base/code.rs'), 'utf8');
    const rows = [...table.matchAll(/^ +[A-Z_]+ "([a-z._0-9]+)" (\w+)(?:\((?:Damage::)?(\w+)\))?;$/gm)];
    if (rows.length < 100) throw new Error('src/base/code.rs has another form');
    return Object.fromEntries(
        rows.map(([, id, kind, damage]) => [id, damage ? { class: kebab(kind), damage: kebab(damage) } : { class: kebab(kind) }]),
    );
}

/** The messages of the catalogue and of the page, each with its lines. */
function catalogue(root) {
    const folder = join(root, 'src/report/words/en');
    const files = [
        ...readdirSync(folder)
            .sort()
            .map(name => join(folder, name)),
        join(root, 'src/web/words/en.ftl'),
    ];
    const messages = new Map();
    for (const file of files) {
        let lines;
        for (const line of readFileSync(file, 'utf8').split('\n')) {
            const [, name] = /^([A-Za-z][\w-]*) =/.exec(line) ?? [];
            if (name) messages.set(name, (lines = [line]));
            else if (/^[ }]/.test(line)) lines?.push(line);
            else lines = undefined;
        }
    }
    return messages;
}

/** Those messages that the sources name: by their names, or by the part behind a prefix that stands in their calls. */
export function words(root) {
    const folder = join(root, 'src/web');
    const sources = readdirSync(folder)
        .filter(name => name.endsWith('.ts'))
        .map(name => readFileSync(join(folder, name), 'utf8'))
        .join('\n');
    // of a message with an attribute, all of it
    const quoted = new Set([...sources.matchAll(/'([\w.-]+)'/g)].flatMap(([, name]) => [name, name.replace(/\.\w+$/, '')]));
    const begun = [...sources.matchAll(/`([a-z-]+-)\$\{/g)].map(([, prefix]) => prefix).filter(prefix => prefix !== 'code-');
    const messages = catalogue(root);
    const named = name =>
        quoted.has(name) ||
        begun.some(prefix => !/^(detail|place)-/.test(prefix) && name.startsWith(prefix)) ||
        quoted.has(name.replace(/^(detail|place)-/, '')) ||
        (name.startsWith('code-') && quoted.has(name.slice(5).replace('-', '.')));
    const unused = [...messages.keys()].filter(name => name.startsWith('web-') && !named(name));
    if (unused.length > 0) throw new Error(`nothing says ${unused.join(' ')}`);
    return (
        [...messages]
            .filter(([name]) => named(name))
            .map(([, lines]) => lines.join('\n'))
            .join('\n') + '\n'
    );
}

/** The names of all details and places, as types. */
export function types(root) {
    const names = [...catalogue(root).keys()];
    const union = prefix =>
        names
            .filter(name => name.startsWith(prefix))
            .map(name => `'${name.slice(prefix.length)}'`)
            .join(' | ');
    const ids = Object.keys(codes(root))
        .map(id => `'${id}'`)
        .join(' | ');
    return `declare module 'sealbag:names' {\n    export type Detail = ${union('detail-')};\n    export type Place = ${union('place-')};\n    export type Code = ${ids};\n}\n`;
}
