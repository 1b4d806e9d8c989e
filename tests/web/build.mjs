// Builds the page src/web/dist/sealbag-verify.html, and the same reader for node.
//
// node build.mjs KIT ROOT PAGE: the folder in which the packages of package.json lie, that of the project, and the file to write.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { codes, types, words } from './given.mjs';

const [kit, root, page] = process.argv.slice(2);
const { build } = createRequire(join(kit, 'package.json'))('esbuild');

mkdirSync(join(kit, 'types'), { recursive: true });
writeFileSync(join(kit, 'types/names.d.ts'), types(root));
writeFileSync(join(kit, 'tsconfig.json'), JSON.stringify({
    extends: join(root, 'tests/web/tsconfig.json'),
    compilerOptions: { paths: { '*': ['./node_modules/*'] } },
    include: ['types/*.d.ts', join(root, 'src/web/*.ts')],
}));

const given = {
    name: 'given',
    setup(plugins) {
        plugins.onResolve({ filter: /^sealbag:/ }, ({ path }) => ({ path, namespace: 'given' }));
        plugins.onLoad({ filter: /codes$/, namespace: 'given' }, () => ({ contents: JSON.stringify(codes(root)), loader: 'json' }));
        plugins.onLoad({ filter: /words$/, namespace: 'given' }, () => ({ contents: words(root), loader: 'text' }));
    },
};
const common = {
    bundle: true, write: false, charset: 'utf8', legalComments: 'none', target: 'es2022', nodePaths: [join(kit, 'node_modules')],
    loader: { '.txt': 'text' }, plugins: [given], absWorkingDir: root, logLevel: 'warning',
};
const script = async (entry, options) => (await build({ ...common, entryPoints: [join(root, 'src/web', entry)], ...options })).outputFiles[0].text;

writeFileSync(join(kit, 'reader.mjs'), await script('reader.ts', { format: 'esm', platform: 'node' }));
