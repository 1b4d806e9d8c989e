// A report as the page shows it: plain data, every sentence said and every text of others made harmless.
import { compare } from './bytes';
import { type Finding, type Sentence, sentence } from './finding';
import type { Field, File, Item } from './items';
import { ceil, told } from './moment';
import { type Report, type Verdict, aboutTokens, answers, banner, bundleDigits, inOrder, json, remedies, word } from './report';
import { fingerprint, spokenKey } from './sshsig';
import type { Stamp } from './time';
import type { Stamped } from './verify';
import { jsonSafe, lines, quoted, say, size, visible } from './words';

export interface Fact {
    name: string;
    value: string;
}

export interface FileView {
    /** As it is sealed, to ask for it. */
    path: string;
    name: string;
    about: string;
    /** What a browser may show it as. */
    picture: string | undefined;
    text: boolean;
    report: boolean;
    facts: Fact[];
}

export interface View {
    verdict: Verdict;
    /** Good, bad, or neither. */
    tone: 'good' | 'bad' | 'open';
    word: string;
    banner: string;
    /** Which bundle it is about, by the name of its file, where it has one. */
    about: string | undefined;
    answers: { label: string; answer: string; more: string[] }[];
    signer: { line: string; spoken: string; fingerprint: string; known: boolean } | undefined;
    id: string | undefined;
    digest: string | undefined;
    digits: string | undefined;
    found: { heading: string; list: { code: string; said: string; means: string }[] }[];
    /** How it compares with another bundle. */
    compared: { said: string; items: Fact[] }[];
    /** What each timestamp says, and who vouches for it. */
    tokens: { name: string; said: string[] }[];
    remedies: string[];
    notChecked: string[];
    notProven: string;
    withheld: string[];
    disclosed: { said: string; items: Fact[] } | undefined;
    case: Fact[];
    sources: { name: string; facts: Fact[] }[];
    files: FileView[];
    /** As `sealbag verify --json` says it. */
    json: string;
}

/** Pictures that browsers decode and that cannot hold a script. */
const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

const page = (given: Sentence): string => say(given, 'page');

function found(heading: string, findings: Finding[]): View['found'] {
    const list = findings.slice(0, 200).map(({ code, place, detail }) => ({
        code,
        said: page(sentence('finding', { place, detail })),
        means: page(sentence(detail.message === 'web-stamp-alone' ? 'web-stamp-means' : `code-${code.replace('.', '-')}`)),
    }));
    return list.length > 0 ? [{ heading: page(sentence(heading)), list }] : [];
}

/** What is shown of a bundle that is whole: nothing of any other. */
export const isShown = ({ contents, seal, verdict }: Report): boolean =>
    ['intact', 'withheld'].includes(contents) && seal?.signer !== undefined && verdict !== 'failed' && verdict !== 'cannot-check';

/** How many items are listed that only one of two bundles shows. */
const LISTED = 100;
/** How much of a value is shown. */
const VALUE = 1000;

function fact({ name, value }: Field): Fact {
    const characters = Array.from(value);
    const more = characters.length > VALUE ? ` ${page(sentence('value-cut', { count: characters.length - VALUE }))}` : '';
    return { name, value: lines(characters.slice(0, VALUE).join('')) + more };
}

function compared({ comparison }: Report): View['compared'] {
    if (!comparison) return [];
    const { state, other, onlyHere, onlyThere } = comparison;
    const said = sentence(`compared-${state}`, other ? { word: word(other) } : {});
    const facts = (all: Item[]) =>
        inOrder(all)
            .slice(0, LISTED)
            .map(({ item, value }) => ({ name: quoted(item), value: value === null ? '' : lines(value) }));
    const list = (message: string, all: Item[]) => ({ said: page(sentence(message, { items: all.length })), items: facts(all) });
    return [{ said: page(said), items: [] }, ...(state === 'one-seal' ? [list('only-here', onlyHere), list('only-there', onlyThere)] : [])];
}

/** A number of nanoseconds in seconds. */
const seconds = (nanoseconds: bigint): string =>
    `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`.replace(/\.?0+$/, '');

function stampSays({ token, believed, over, renews, renewals, file }: Stamp<Stamped>): Sentence[] {
    if (!token) return [sentence('web-stamp-unread')];
    const at = { exact: told(ceil(token.info.time)) };
    const what =
        over === 'seal'
            ? sentence('web-stamp-seal')
            : typeof over === 'object'
              ? sentence('web-stamp-together', { seals: over.seals })
              : over !== undefined
                ? sentence('web-stamp-step', { step: over })
                : sentence(renews ? 'web-stamp-renews' : 'web-stamp-nothing', { name: { quoted: renews?.file.name ?? file.name } });
    const said = [
        believed
            ? sentence('web-stamp-accepted', { what, at, authority: { quoted: believed.authority } })
            : sentence('web-stamp-claims', { what, at, signer: { quoted: token.signer.name } }),
        sentence('web-stamp-signer', { signer: { quoted: token.signer.name }, policy: { exact: token.info.policy } }),
    ];
    if (token.info.accuracy !== undefined) said.push(sentence('web-stamp-accuracy', { seconds: { exact: seconds(token.info.accuracy) } }));
    if (!believed) return said;
    said.push(sentence('web-stamp-until', { until: { exact: told(believed.until) } }));
    said.push(sentence(believed.revocationChecked ? 'web-stamp-checked' : 'web-stamp-unchecked'));
    for (const renewal of renewals.filter(each => each.believed))
        said.push(sentence('web-stamp-renewed', { name: { quoted: renewal.file.name } }));
    return said;
}

export function view(report: Report, bundle: string): View {
    const { seal, custody, given } = report;
    const shown = isShown(report);
    const items: Item[] = shown ? (seal!.items ?? []) : [];
    const back = shown ? given.flatMap(each => each.items) : [];
    const fields = [...items, ...back].filter((item): item is Field & Item => item.kind === 'field');
    const about = (what: string) =>
        fields
            .filter(field => field.about === what)
            .map(fact)
            .sort((one, other) => compare(one.name, other.name));
    const files = [...items, ...given.flatMap(each => (shown ? each.files : []))].filter(
        (item): item is File & Item => item.kind === 'file',
    );
    const { signer } = seal ?? {};
    return {
        verdict: report.verdict,
        tone: report.verdict === 'verified' ? 'good' : report.verdict === 'failed' ? 'bad' : 'open',
        word: page(word(report)),
        banner: page(banner(report)),
        about: bundle === '' ? undefined : page(sentence('page-of', { bundle: { quoted: bundle } })),
        answers: answers(report).map(({ label, answer, more }) => ({ label: page(label), answer: page(answer), more: more.map(page) })),
        signer: signer && {
            line: signer.key.line,
            spoken: spokenKey(signer.key),
            fingerprint: fingerprint(signer.key),
            known: signer.contact !== undefined,
        },
        id: seal?.manifest?.id,
        digest: seal?.manifest?.digest,
        digits: seal?.manifest && bundleDigits(seal.manifest.digest),
        found: [
            ...found('heading-found', report.findings),
            ...found('heading-worth-knowing', report.notes),
            ...found('heading-tokens', aboutTokens(report)),
            ...found('heading-custody', [...(custody?.findings ?? []), ...(custody?.notes ?? [])]),
        ],
        compared: compared(report),
        tokens: [...report.tokens, ...report.logTokens].map(stamp => ({ name: quoted(stamp.file.name), said: stampSays(stamp).map(page) })),
        remedies: remedies(report).map(page),
        notChecked: report.notChecked.map(page),
        notProven: page(sentence('not-proven')),
        withheld: shown ? [page(sentence(seal!.withheld.size > 0 ? 'withheld-untold' : 'nothing-withheld'))] : [],
        disclosed:
            shown && given.length > 0
                ? {
                      said: page(
                          sentence('disclosed', {
                              given: new Set(back.map(({ commitment }) => commitment)).size,
                              withheld: seal!.withheld.size,
                          }),
                      ),
                      items: inOrder(back).map(({ item, value }) => ({ name: quoted(item), value: value === null ? '' : lines(value) })),
                  }
                : undefined,
        case: about('case'),
        sources: [...new Set(fields.filter(field => field.about.startsWith('source:')).map(field => field.about))]
            .sort(compare)
            .map(source => ({ name: page(sentence('source', { source: { exact: source.slice(7) } })), facts: about(source) })),
        files: files
            .sort((one, other) => compare(one.path, other.path))
            .map(({ path, size: bytes, media_type, role }) => ({
                path,
                name: visible(path),
                about: page(sentence('web-file', { role: { word: role }, kind: media_type, size: { exact: size(bytes) } })),
                picture: PICTURES.includes(media_type) ? media_type : undefined,
                text: media_type === 'text/plain' || media_type === 'text/markdown',
                report: role === 'report',
                facts: about(`file:${path}`),
            })),
        json: jsonSafe(JSON.stringify(json(report, bundle))),
    };
}
