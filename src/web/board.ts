// An audit as the page shows it: whether the results are what an auditor signed, and what they say.
import { type Audit, OUTCOMES, auditJson, refusalJson } from './audit';
import { type Stopped, sentence } from './finding';
import { classOf } from './report';
import { fingerprint } from './sshsig';
import { isBelieved, told } from './trust';
import type { View } from './view';
import { jsonSafe, say, visible } from './words';

export interface Board {
    tone: View['tone'];
    word: string;
    banner: string;
    rows: { label: string; value: string }[];
    /** What did not pass, as far as it is listed: what is wrong, and where. */
    look: { what: string; path: string }[];
    more: string | undefined;
    found: View['found'];
    remedies: string[];
    note: string;
    json: string;
}

const page = (message: string, values: Parameters<typeof sentence>[1] = {}): string => say(sentence(message, values), 'page');

/** Results that were taken in, or why they were not. */
export function board(audit: Audit | Stopped): Board {
    return audit instanceof Error ? refused(audit) : signed(audit);
}

function refused(why: Stopped): Board {
    const word = classOf(why);
    const message = `code-${why.code.replace('.', '-')}`;
    return {
        tone: word === 'failed' ? 'bad' : 'open',
        word: page(`verdict-${word}`),
        banner: page('web-audit-refused'),
        rows: [],
        look: [],
        more: undefined,
        found: [
            {
                heading: page('heading-found'),
                list: [{ code: why.code, said: page('finding', { place: why.place!, detail: why.detail }), means: page(message) }],
            },
        ],
        remedies: [page(`${message}.remedy`)],
        note: page('web-audit-note'),
        json: jsonSafe(JSON.stringify(refusalJson(why))),
    };
}

function signed(audit: Audit): Board {
    const { summary, auditor, digest, look } = audit;
    const believed = isBelieved(auditor);
    const row = (label: string, value: string) => ({ label: page(label), value });
    const part = summary.shard === null ? '' : ` (${page('web-audit-part', { part: { exact: summary.shard }, listed: summary.listed })})`;
    const more = summary.checked - summary.passed - look.length;
    return {
        tone: believed ? 'good' : 'open',
        word: page(believed ? 'web-audit-signed' : 'web-audit-stranger'),
        banner: believed
            ? page('board-signed', { who: told(auditor) })
            : page('board-signed-by-stranger', { fingerprint: { exact: fingerprint(auditor.key) } }),
        rows: [
            row('web-audit-began', summary.began),
            row('web-audit-ended', summary.ended),
            row('board-bundles', `${summary.checked}${part}`),
            row('board-passed', String(summary.passed)),
            ...OUTCOMES.flatMap(outcome => {
                const count = summary.counts[outcome.replace('-', '_')]!;
                return count > 0 ? [row(`outcome-${outcome}`, `${count}: ${page(`outcome-${outcome}-means`)}`)] : [];
            }),
            row('web-audit-list', summary.list),
            row('web-audit-summary', digest),
            row('web-audit-tool', visible(summary.tool)),
        ],
        look: look.map(({ path, outcome }) => ({ what: page(`outcome-${outcome}`), path: visible(path) })),
        more: more > 0 ? page('board-more', { count: more }) : undefined,
        found: [],
        remedies: believed ? [] : [page('code-audit-stranger.remedy')],
        note: page('web-audit-note'),
        json: jsonSafe(JSON.stringify(auditJson(audit))),
    };
}
