// What is found, and where: data, which words.ts turns into sentences. Text of others is a plain string and is escaped there.
import type { Code, Detail, Place } from 'sealbag:names';

export type Argument =
    number | string | { exact: string } | { quoted: string } | { size: number } | { word: string } | Sentence | Argument[];

/** A message of the catalogue and what stands in its places. */
export interface Sentence {
    message: string;
    arguments: Record<string, Argument>;
}

export interface Finding {
    code: Code;
    place: Sentence;
    detail: Sentence;
}

export const sentence = (message: string, values: Record<string, Argument> = {}): Sentence => ({ message, arguments: values });

/** What is wrong: the name of a message without its `detail-`. */
export const detail = (name: Detail, values: Record<string, Argument> = {}): Sentence => sentence(`detail-${name}`, values);

/** Something with a name: a file in the bundle. */
export const named = (name: string): Sentence => sentence('place-Named', { name });
export const place = (name: Place, values: Record<string, Argument> = {}): Sentence => sentence(`place-${name}`, values);

/** What keeps a bundle from being looked at any further. */
export class Stopped extends Error {
    constructor(
        readonly code: Code,
        readonly detail: Sentence,
        readonly place?: Sentence,
    ) {
        super(code);
    }
}

export type { Code, Detail };
