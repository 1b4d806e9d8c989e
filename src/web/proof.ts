// A proof from the stamp of an audit: one timestamp for many bundles, and the way from one seal up to what it is over (section 17).
import { concat, fromHex, hex, isHex, startsWith, utf8 } from './bytes';
import { LIMIT, Malformed, type Members, digest, ensure, integer, isObject, laterFormat, laterVersion, parse, string } from './canonical';
import { refuse } from './der';
import { sha256, sha256Bytes } from './hash';
import { Range, type Source } from './source';

/** How many bytes a token has, and its lists; 0 where there are none. */
type Sizes = { token: number; lists: number };

interface Head {
    stamp: Uint8Array;
    leaves: number;
    root: string;
    leaf: string;
    index: number;
    path: string[];
    sizes: Sizes[];
}

/** True for what a proof is made of, by how it begins: the stamp, or the tree beside it. */
export const isStamp = (start: Uint8Array): boolean =>
    startsWith(start, '{"format":"sealbag-stamp/') || /^[0-9a-f]{64}\n/.test(String.fromCharCode(...start.subarray(0, 65)));
export const isProof = (start: Uint8Array): boolean => startsWith(start, '{"format":"sealbag-proof/');

export class Proof {
    private constructor(
        private readonly head: Head,
        /** Each token with its revocation lists, in their order. */
        readonly tokens: { response: Source; lists: Source | undefined }[],
    ) {}

    /** Reads one. Whether it leads anywhere is asked later. */
    static async read(source: Source): Promise<Proof> {
        const start = await source.read(0, Math.min(source.size, LIMIT.line));
        if (laterVersion(start, 'proof') !== undefined) refuse('stamp.newer', 'UnknownFormat', { format: { quoted: laterFormat(start) } });
        try {
            const feed = start.indexOf(0x0a);
            ensure(feed >= 0, 'FirstLineOpen');
            ensure(startsWith(start, '{"format":"sealbag-proof/1",'), 'FormatWord');
            const head = parse(start.subarray(0, feed), readHead);
            const { sizes, index, leaves, path } = head;
            ensure(leaves >= 1, 'StampLeaves');
            ensure(index < leaves && path.length === sides(index, leaves).length, 'StampPath');
            const within = sizes.every(({ token, lists }) => token >= 1 && token <= LIMIT.token && lists <= LIMIT.revocations);
            ensure(sizes.length >= 1 && sizes.length <= LIMIT.tokens && within, 'ProofTokens');
            let at = feed + 1;
            const take = (size: number): Source => new Range(source, (at += size) - size, size);
            const tokens = sizes.map(({ token, lists }) => ({ response: take(token), lists: lists > 0 ? take(lists) : undefined }));
            ensure(at === source.size, 'ProofTokens');
            return new Proof(head, tokens);
        } catch (why) {
            if (why instanceof Malformed) refuse('stamp.malformed', why.detail, why.values);
            throw why;
        }
    }

    /** What a token of it is over: the line of the stamp, with its line feed. */
    get stamp(): Uint8Array {
        return this.head.stamp;
    }

    /** Of how many seals the stamp is. */
    get seals(): number {
        return this.head.leaves;
    }

    /** True if it leads from the seal with this signature to the root. */
    isOf(signature: Uint8Array): boolean {
        const { leaf, index, leaves, path, root } = this.head;
        if (leaf !== sha256(signature)) return false;
        const before = sides(index, leaves);
        const reached = path.reduce((node, partner, step) => {
            const other = fromHex(partner);
            return before[step] ? hash(1, other, node) : hash(1, node, other);
        }, hash(0, fromHex(leaf)));
        return hex(reached) === root;
    }
}

const hash = (kind: 0 | 1, ...nodes: Uint8Array[]): Uint8Array => sha256Bytes(concat(Uint8Array.of(kind), ...nodes));

/** Whether each partner stands before it, on the way up from the leaf of this index. */
function sides(index: number, leaves: number): boolean[] {
    const before: boolean[] = [];
    for (let [at, nodes] = [index, leaves]; nodes > 1; [at, nodes] = [Math.floor(at / 2), Math.ceil(nodes / 2)])
        if (at % 2 === 1 || at + 1 < nodes) before.push(at % 2 === 1);
    return before;
}

function readHead(members: Members): { value: Head; members: Members } {
    const { stamp: given, path, tokens } = members;
    ensure(isObject(given) && Array.isArray(path) && Array.isArray(tokens), 'NotTheJson', { error: 'a member of another kind' });
    const format = string(given, 'format');
    ensure(format === 'sealbag-stamp/1', 'StampLeaves');
    const stamp = { format, audit: digest(given, 'audit'), leaves: integer(given, 'leaves'), root: digest(given, 'root') };
    const sizes = tokens.map(each => {
        ensure(isObject(each), 'NotTheJson', { error: 'a token is no object' });
        return { token: integer(each, 'token'), lists: integer(each, 'lists') };
    });
    const place = {
        leaf: digest(members, 'leaf'),
        index: integer(members, 'index'),
        path: path.map(each => {
            ensure(isHex(each, 64), 'DigestForm');
            return each;
        }),
    };
    return {
        value: { ...place, stamp: utf8(`${JSON.stringify(stamp)}\n`), leaves: stamp.leaves, root: stamp.root, sizes },
        members: { format: string(members, 'format'), stamp, ...place, tokens: sizes },
    };
}
