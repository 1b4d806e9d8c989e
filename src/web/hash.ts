// SHA-256 and CRC-32 from hash-wasm, SHA-512 from @noble/hashes. `ready` has to be awaited once, before anything is hashed.
import { sha512 } from '@noble/hashes/sha2.js';
import { createCRC32, createSHA256, type IHasher } from 'hash-wasm';
import { hex } from './bytes';

let whole: IHasher;
let passing: { sha256: IHasher; crc32: IHasher };

export async function ready(): Promise<void> {
    whole ??= await createSHA256();
    passing ??= { sha256: await createSHA256(), crc32: await createCRC32() };
}

export const sha256 = (bytes: Uint8Array): string => whole.init().update(bytes).digest('hex');
export const sha256Bytes = (bytes: Uint8Array): Uint8Array => whole.init().update(bytes).digest('binary');
export { sha512 };

/** SHA-256 and CRC-32 of what passes in slices. One stream at a time. */
export class Passing {
    size = 0;

    constructor() {
        passing.sha256.init();
        passing.crc32.init();
    }

    push(bytes: Uint8Array): void {
        passing.sha256.update(bytes);
        passing.crc32.update(bytes);
        this.size += bytes.length;
    }

    end(): { size: number; sha256: string; crc32: number } {
        const crc32 = parseInt(passing.crc32.digest('hex'), 16);
        return { size: this.size, sha256: passing.sha256.digest('hex'), crc32 };
    }
}

/** Six groups of five digits, to be compared over the phone (section 4). */
export function spoken(digest: Uint8Array): string {
    const group = (at: number) => parseInt(hex(digest.subarray(at, at + 5)), 16) % 100000;
    return [0, 5, 10, 15, 20, 25].map(at => String(group(at)).padStart(5, '0')).join(' ');
}
