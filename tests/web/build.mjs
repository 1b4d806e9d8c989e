// Builds the page src/web/dist/sealbag-verify.html, and the same reader for node.
//
// node build.mjs KIT ROOT PAGE: the folder in which the packages of package.json lie, that of the project, and the file to write.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codes, types, words } from './given.mjs';

const [kit, root, page] = process.argv.slice(2);
const { build } = createRequire(join(kit, 'package.json'))('esbuild');

mkdirSync(join(kit, 'types'), { recursive: true });
writeFileSync(join(kit, 'types/names.d.ts'), types(root));
writeFileSync(
    join(kit, 'tsconfig.json'),
    JSON.stringify({
        extends: join(root, 'tests/web/tsconfig.json'),
        compilerOptions: { paths: { '*': ['./node_modules/*'] } },
        include: ['types/*.d.ts', join(root, 'src/web/*.ts')],
    }),
);

const given = {
    name: 'given',
    setup(plugins) {
        plugins.onResolve({ filter: /^sealbag:/ }, ({ path }) => ({ path, namespace: 'given' }));
        plugins.onLoad({ filter: /codes$/, namespace: 'given' }, () => ({ contents: JSON.stringify(codes(root)), loader: 'json' }));
        plugins.onLoad({ filter: /words$/, namespace: 'given' }, () => ({ contents: words(root), loader: 'text' }));
    },
};
const common = {
    bundle: true,
    write: false,
    charset: 'utf8',
    legalComments: 'none',
    target: 'es2022',
    nodePaths: [join(kit, 'node_modules')],
    loader: { '.txt': 'text' },
    plugins: [given],
    absWorkingDir: root,
    logLevel: 'warning',
};

/** The folders of the packages that stand in what was built. */
const packages = new Set();
async function script(entry, options) {
    const { outputFiles, metafile } = await build({ ...common, entryPoints: [join(root, 'src/web', entry)], metafile: true, ...options });
    for (const path of Object.keys(metafile.inputs)) {
        const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
        if (folder) packages.add(join(root, folder));
    }
    return outputFiles[0].text;
}

/** Whose code the page holds, and under what licence, as their licences ask for. */
function licences() {
    const told = [...packages].map(folder => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
        const text = file ? readFileSync(join(folder, file), 'utf8').trim() : 'https://www.apache.org/licenses/LICENSE-2.0';
        return `${name} ${version}, ${license}\n\n${text}\n`;
    });
    return [...new Set(told)].sort().join('\n').replaceAll('--', '- -');
}

writeFileSync(join(kit, 'reader.mjs'), await script('reader.ts', { format: 'esm', platform: 'node' }));

const minified = { format: 'iife', minify: true };
const worker = await script('worker.ts', minified);
const main = await script('page.ts', { ...minified, define: { WORKER: JSON.stringify(worker) } });
const style = (await build({ ...common, entryPoints: [join(root, 'src/web/style.css')], minify: true })).outputFiles[0].text.trim();
// what would end the element in which it stands
if (/<\/script|<!--/i.test(main) || /<\//.test(style)) throw new Error('the script cannot stand in the page');
const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
    "default-src 'none'",
    `script-src ${hash(main)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`,
    'worker-src blob:',
    'img-src blob:',
    "form-action 'none'",
    "base-uri 'none'",
].join('; ');
mkdirSync(dirname(page), { recursive: true });
writeFileSync(
    page,
    `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>sealbag</title>
<style>${style}</style>
</head>
<body>
<noscript>This page checks bundles with a script, and scripts are switched off.</noscript>
<script>${main}</script>
</body>
</html>
<!--
This page holds code of others:

${licences()}-->
`,
);
