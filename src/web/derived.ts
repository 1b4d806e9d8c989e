// The five files that follow from the manifest and the items shown (section 5).
import { compare, concat, utf8 } from './bytes';
import { Passing, sha256 } from './hash';
import type { File, Item } from './items';
import type { Manifest } from './texts';
import VERIFY from '../format/VERIFY.txt';

/** What each of them has as its SHA-256, by its name. */
export function derived(manifest: Manifest, items: Item[], parts: { items: string; manifest: string }): Map<string, string> {
    const files = items.filter((item): item is File & Item => item.kind === 'file');
    files.sort((one, other) => compare(one.path, other.path) || compare(one.sha256, other.sha256));
    const listed = new Passing();
    for (const { path, sha256: hash } of files) listed.push(utf8(`${hash}  data/${path}\n`));
    const payload = listed.end().sha256;
    const bytes = files.reduce((sum, file) => sum + BigInt(file.size), 0n);
    const made = new Map([
        ['VERIFY.txt', sha256(utf8(VERIFY))],
        [
            'bag-info.txt',
            sha256(
                concat(
                    utf8(`Bag-Software-Agent: sealbag-manifest/1\nBagging-Date: ${manifest.sealed_at.slice(0, 10)}\n`),
                    utf8(`External-Identifier: ${manifest.id}\nPayload-Oxum: ${bytes}.${files.length}\n`),
                ),
            ),
        ],
        ['bagit.txt', sha256(utf8('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'))],
        ['manifest-sha256.txt', payload],
    ]);
    const tags = [...made, ['seal/items.jsonl', parts.items], ['seal/manifest.json', parts.manifest]];
    made.set('tagmanifest-sha256.txt', sha256(utf8(tags.map(([name, hash]) => `${hash}  ${name}\n`).join(''))));
    return made;
}
