// Comparing with another bundle: do both have one seal, and what does only one of them show? (section 9)
import { type Finding, type Stopped, detail, named, place } from './finding';
import { type Item, conflicts } from './items';
import { type Report, classOf, isWhole } from './report';
import type { Seal } from './verify';

export interface Comparison {
    state: 'unread' | 'two-seals' | 'one-seal';
    /** Of the other bundle, where it is not whole. */
    other?: Report;
    onlyHere: Item[];
    onlyThere: Item[];
}

/** What is found when a bundle that is whole is compared, and how it compares. */
export function compareWith(seal: Seal, other: Report): { findings: Finding[]; comparison: Comparison } {
    const told = (code: 'against.unread' | 'against.other', what: 'NothingToCompare' | 'TwoSeals', comparison: Partial<Comparison>) => ({
        findings: [{ code, place: place('OtherBundle'), detail: detail(what) }],
        comparison: { state: 'two-seals' as const, onlyHere: [], onlyThere: [], ...comparison },
    });
    if (!other.seal || !isWhole(other.seal)) return told('against.unread', 'NothingToCompare', { state: 'unread', other });
    if (other.seal.manifest!.digest !== seal.manifest!.digest) return told('against.other', 'TwoSeals', {});
    const [here, there] = [seal.items!, other.seal.items!];
    const without = (items: Item[], others: Item[]): Item[] => {
        const shown = new Set(others.map(({ commitment }) => commitment));
        return items.filter(({ commitment }) => !shown.has(commitment));
    };
    const [onlyHere, onlyThere] = [without(here, there), without(there, here)];
    const findings = conflicts([...here, ...onlyThere], true).map(({ path, detail: what, values }): Finding => ({
        code: 'seal.two_versions',
        place: path === undefined ? place('OtherBundle') : named(path),
        detail: detail('TwoVersions', { reason: detail(what, values) }),
    }));
    return { findings, comparison: { state: 'one-seal', onlyHere, onlyThere } };
}

/** What it means that another bundle could not be read: whatever is wrong with it says nothing against the one that is verified. */
export const unreadOther = (why: Stopped): Finding =>
    classOf(why) === 'cannot-check'
        ? { code: why.code, place: place('OtherBundle'), detail: why.detail }
        : { code: 'against.unread', place: place('OtherBundle'), detail: detail('NothingToCompare') };
