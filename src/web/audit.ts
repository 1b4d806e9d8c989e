// The results of an audit of many bundles (section 16): are they what an auditor signed, and all of it?
import { sha256 as stream } from '@noble/hashes/sha2.js';
import { KIB, MIB, concat, fromBase64, hex, isHex, text, utf8 } from './bytes';
import {
    type Json,
    Malformed,
    type Members,
    digest,
    digestOrNull,
    ensure,
    integer,
    isObject,
    isTime,
    laterFormat,
    laterVersion,
    parse,
    string,
    time,
} from './canonical';
import { type Argument, type Code, type Detail, Stopped, detail, named, place } from './finding';
import { Passing, sha256, sha256Bytes } from './hash';
import { checkArmor, parseKey, signedBySomebody } from './sshsig';
import { refusalExit } from './report';
import { Cursor, type Source, type Watch } from './source';
import { type Trust, type Who, isBelieved, keeper } from './trust';
import { say } from './words';

export const OUTCOMES = ['intact', 'withheld', 'not-enough', 'unknown-signer', 'failed', 'changed', 'closed', 'missing', 'unread'];
const STATES = ['unchanged', 'moved', 'changed', 'missing', 'untracked'];
const SHARDS = 1_000_000;
/** The most that a summary and a line of results may have. */
const SUMMARY = 64 * KIB;
const LINE = 16 * MIB;
/** How many of the bundles that did not pass are listed. */
const LISTED = 200;

export interface Summary {
    format: string;
    list: string;
    listed: number;
    shard: string | null;
    results: string;
    checked: number;
    counts: { [outcome: string]: number };
    passed: number;
    exit: number;
    register: string | null;
    previous: string | null;
    tool: string;
    began: string;
    ended: string;
    by: string | null;
}

/** An audit that is what was signed. */
export interface Audit {
    summary: Summary;
    /** SHA-256 of the summary's file. */
    digest: string;
    auditor: Who;
    /** Lines that did not pass, as far as they are listed. */
    look: { path: string; outcome: string }[];
    /** As of a bundle by the same signer: 0, or 3 for a stranger's. */
    exit: number;
}

const refuse = (code: Code, what: Detail, values: Record<string, Argument> = {}, where = named('summary')): never => {
    throw new Stopped(code, detail(what, values), where);
};

function parseSummary(file: Uint8Array): Summary {
    ensure(file.indexOf(0x0a) === file.length - 1, 'NotOneLine');
    return parse(file.subarray(0, -1), members => {
        const counts = members.counts;
        ensure(isObject(counts), 'NotTheJson', { error: 'counts is no object' });
        const value: Summary & Members = {
            format: string(members, 'format'),
            list: digest(members, 'list'),
            listed: integer(members, 'listed'),
            shard: members.shard === null ? null : string(members, 'shard'),
            results: digest(members, 'results'),
            checked: integer(members, 'checked'),
            counts: Object.fromEntries(OUTCOMES.map(outcome => outcome.replace('-', '_')).map(name => [name, integer(counts, name)])),
            passed: integer(members, 'passed'),
            exit: integer(members, 'exit'),
            register: digestOrNull(members, 'register'),
            previous: digestOrNull(members, 'previous'),
            tool: string(members, 'tool'),
            began: time(members, 'began'),
            ended: time(members, 'ended'),
            by: members.by === null ? null : string(members, 'by'),
        };
        ensure(value.format === 'sealbag-audit/1', 'FormatIs', { format: value.format });
        ensure(value.exit <= 255, 'NotTheJson', { error: 'exit is no exit code' });
        if (value.shard !== null) {
            const [, part, of] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(value.shard) ?? [];
            ensure(Number(part) <= Number(of) && Number(of) <= SHARDS, 'ShardForm');
        }
        const sum = Object.values(value.counts).reduce((one, other) => one + other, 0);
        const all = value.shard === null ? value.checked === value.listed : value.checked <= value.listed;
        ensure(sum === value.checked && value.passed <= value.checked && all, 'CountsDisagree');
        return { value, members: value };
    });
}

/** The summary, and whose it is. */
function readSummary(file: Uint8Array, armor: Uint8Array | undefined, trust: Trust): { summary: Summary; auditor: Who } {
    if (!armor) return refuse('audit.unsigned', 'AuditUnsigned');
    if (laterVersion(file, 'audit') !== undefined) {
        if (!signedBySomebody(armor, 'audit', file)) refuse('audit.signature', 'AuditSignature');
        refuse('audit.newer', 'UnknownFormat', { format: { quoted: laterFormat(file) } });
    }
    const summary = parseSummary(file);
    if (summary.by === null) return refuse('audit.unsigned', 'AuditUnsigned');
    const key = parseKey(summary.by);
    if (typeof key === 'string') return refuse('audit.malformed', key);
    if (checkArmor(armor, key, 'audit', file) !== 'holds') refuse('audit.signature', 'AuditSignature');
    return { summary, auditor: trust.who(key) };
}

interface Result {
    number: number;
    path: string;
    pathBytes: Uint8Array;
    outcome: string;
    passed: boolean;
}

/** The members of an object and how the value of each begins; undefined where one stands there twice, since readers differ about that. */
function members(given: string): Map<string, string> | undefined {
    const found = new Map<string, string>();
    let [depth, before, key]: [number, string, string | undefined] = [0, '', undefined];
    for (const [token] of given.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g)) {
        if (key !== undefined) found.set(key, token);
        key = token === ':' && depth === 1 ? (JSON.parse(before) as string) : undefined;
        if (key !== undefined && found.has(key)) return undefined;
        depth += Number(token === '{' || token === '[') - Number(token === '}' || token === ']');
        before = token;
    }
    return found;
}

const isObjectOf = (value: Json | undefined, ...texts: string[]): value is Members =>
    isObject(value) && texts.every(member => isText(value[member]));
const isText = (value: Json | undefined): value is string => typeof value === 'string' && !/\p{Surrogate}/u.test(value);
const isNull = (value: Json | undefined): boolean => (value ?? null) === null;

/** What is looked at of a line; undefined where it is none. Members that are not known are passed over. */
function parseResult(line: Uint8Array): Result | undefined {
    const given = text(line) ?? '';
    const read = JSON.parse(given) as Json;
    const written = members(given);
    if (!isObject(read) || !written) return undefined;
    const { number, path, outcome, passed, checked_at, signer, register } = read;
    const isCount = (member: string) => /^(0|[1-9]\d*)$/.test(written.get(member)!) && Number.isSafeInteger(read[member]);
    const isFinding = (finding: Json) => isObjectOf(finding, 'code', 'where', 'detail');
    const sound =
        read.schema === 'sealbag-verify/1' &&
        isText(read.verdict) &&
        isCount('number') &&
        isText(path) &&
        isText(outcome) &&
        OUTCOMES.includes(outcome) &&
        typeof passed === 'boolean' &&
        (!passed || ['intact', 'withheld', 'closed'].includes(outcome)) &&
        isText(checked_at) &&
        isTime(checked_at) &&
        (isNull(read.size) || isCount('size')) &&
        ['file_sha256', 'shown', 'seal_sha256', 'digest'].every(member => isNull(read[member]) || isHex(read[member], 64)) &&
        (isNull(read.id) || isText(read.id)) &&
        isObjectOf(signer, 'state') &&
        ['name', 'fingerprint'].every(member => isNull(signer[member]) || isText(signer[member])) &&
        isObjectOf(read.time, 'state') &&
        Array.isArray(read.findings) &&
        read.findings.every(isFinding) &&
        (isNull(register) ||
            (isObjectOf(register, 'state') &&
                STATES.includes(register.state as string) &&
                (isNull(register.path) || isText(register.path))));
    if (!sound || number === 0) return undefined;
    const bytes = isNull(read.path_base64) ? utf8(path) : isText(read.path_base64) ? fromBase64(read.path_base64) : undefined;
    return bytes && { number: number as number, path, pathBytes: bytes, outcome, passed };
}

/** The exit code that a line stands for. What would have passed but is not in the register is not enough. */
function exitOf({ outcome, passed }: Result): number {
    if (passed) return 0;
    if (['failed', 'changed'].includes(outcome)) return 1;
    if (['closed', 'missing', 'unread'].includes(outcome)) return 5;
    return outcome === 'unknown-signer' ? 3 : 4;
}

/** True for a path in this part of a list, such as 2/7. */
function isIn(shard: string | null, path: Uint8Array): boolean {
    if (shard === null) return true;
    const [part, of] = shard.split('/').map(BigInt) as [bigint, bigint];
    return BigInt(`0x${hex(sha256Bytes(path).subarray(0, 8))}`) % of === part - 1n;
}

/** The lines, without their line feeds; one that is too long or cut off is no result. */
async function* lines(source: Source, watch: Watch, torn: (line: number) => never): AsyncGenerator<Uint8Array> {
    let held: Uint8Array = new Uint8Array(0);
    let line = 1;
    for await (const slice of new Cursor(source, watch).slices(source.size)) {
        let from = 0;
        for (let feed; (feed = slice.indexOf(0x0a, from)) >= 0; from = feed + 1, line += 1) {
            yield concat(held, slice.subarray(from, feed));
            held = new Uint8Array(0);
        }
        held = concat(held, slice.subarray(from));
        if (held.length > LINE) torn(line);
    }
    if (held.length > 0) torn(line);
}

/** As `sealbag audit verify --json` says it. */
export const auditJson = ({ summary, digest: of, auditor, exit }: Audit) => ({
    schema: 'sealbag-audit-verify/1',
    exit,
    summary,
    digest: of,
    signer: keeper(auditor),
    // no token is taken in with an audit
    time: { state: 'claimed', proven_at: null, authority: null, tokens: [] },
});

/** As it says what it refuses. */
export const refusalJson = (why: Stopped) => ({
    schema: 'sealbag-error/1',
    exit: refusalExit(why),
    code: why.code,
    thing: say(why.place ?? place('Results'), 'json'),
    trouble: say(why.detail, 'json'),
});

/** Reads results, the summary beside them and its signature, where there is one. */
export async function readAudit(
    results: Source,
    given: { summary: Source; signature: Source | undefined },
    trust: Trust,
    watch: Watch,
): Promise<Audit> {
    const whole = async (source: Source, most: number): Promise<Uint8Array> => {
        ensure(source.size <= most, 'TooLong', { limit: most });
        return source.read(0, source.size);
    };
    try {
        const file = await whole(given.summary, SUMMARY);
        // what is longer is no armor, and signs nothing
        const armor = given.signature && (await given.signature.read(0, Math.min(given.signature.size, 4 * KIB)));
        const { summary, auditor } = readSummary(file, armor, trust);
        const look = await checkResults(results, summary, watch);
        return { summary, digest: sha256(file), auditor, look, exit: isBelieved(auditor) ? 0 : 3 };
    } catch (why) {
        if (why instanceof Malformed) refuse('audit.malformed', why.detail, why.values);
        throw why;
    }
}

async function checkResults(source: Source, summary: Summary, watch: Watch): Promise<Audit['look']> {
    const no = (code: Code, what: Detail, values = {}): never => refuse(code, what, values, place('Results'));
    const [all, list] = [new Passing(), stream.create()];
    const counts: Record<string, number> = Object.fromEntries(OUTCOMES.map(outcome => [outcome, 0]));
    const exits = new Set<number>();
    const look: Audit['look'] = [];
    let [number, last, passed, outside] = [0, 0, 0, 0];
    for await (const line of lines(source, watch, torn => no('audit.malformed', 'ResultTorn', { line: torn }))) {
        number += 1;
        const read = tryParse(line);
        if (!read) return no('audit.malformed', 'NoResult', { line: number });
        if (read.number <= last || read.number > summary.listed || !isIn(summary.shard, read.pathBytes)) outside ||= number;
        last = read.number;
        list.update(read.pathBytes).update(Uint8Array.of(0));
        all.push(line);
        all.push(Uint8Array.of(0x0a));
        counts[read.outcome]! += 1;
        passed += Number(read.passed);
        exits.add(exitOf(read));
        if (!read.passed && look.length < LISTED) look.push(read);
    }
    if (all.end().sha256 !== summary.results) no('audit.altered', 'ResultsNotSigned');
    // whoever signed it must also have told the truth about it
    if (outside > 0) no('audit.incomplete', 'LineNotListed', { line: outside });
    const agrees =
        number === summary.checked &&
        OUTCOMES.every(outcome => counts[outcome] === summary.counts[outcome.replace('-', '_')]) &&
        passed === summary.passed &&
        ([1, 5, 3, 4].find(exit => exits.has(exit)) ?? 0) === summary.exit &&
        (summary.shard !== null || hex(list.digest()) === summary.list);
    if (!agrees) no('audit.incomplete', 'SummaryDisagrees');
    return look;
}

function tryParse(line: Uint8Array): Result | undefined {
    try {
        return parseResult(line);
    } catch {
        return undefined;
    }
}
