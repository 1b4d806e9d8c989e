// The way from the certificate of a token's signer up to an authority that the reader trusts, each step valid at the time of the token
// (section 10).
import type { Authority } from './authority';
import { type Certificate, attempt } from './certificate';
import { Refused, refuse } from './der';
import { type Moment, floor, told } from './moment';
import type { RevocationList, Revoked } from './revocation';
import type { Token } from './token';

/** The most certificates on a way, both ends included. */
const LONGEST = 9;
/** The most signatures that are verified to find one. */
const TRIED = 200;

/** A token that an authority of the reader's vouches for. */
export interface Believed {
    /** What the reader calls the authority. */
    authority: string;
    /** The second in which the first certificate on the way ends. */
    until: number;
    /** True if for every certificate on the way a revocation list from after the token was there. */
    revocationChecked: boolean;
    useless: RevocationList[];
}

/**
 * Whether one of these authorities vouches for a token, with the revocation lists that lie beside it. `existed` is a time at which it was
 * there, proven by a later one over it. What is wrong with the way there is thrown.
 */
export function believe(token: Token, authorities: Authority[], lists: RevocationList[], existed: Moment | undefined): Believed {
    const way = soundWay(token, authorities);
    token.checkForm(authorities);
    const { name } = authorities.find(({ certificate }) => certificate === way.at(-1))!;
    const useful = new Set<RevocationList>();
    let revocationChecked = true;
    way.slice(1).forEach((issuer, at) => {
        const theirs = lists.filter(list => list.isBy(issuer));
        for (const list of theirs) {
            useful.add(list);
            const revoked = list.revoked(way[at]!);
            if (revoked) checkRevoked(way[at]!, revoked, revoked.givenUp ? token.latest : existed);
        }
        revocationChecked &&= theirs.some(({ issuedAt }) => issuedAt >= token.info.time);
    });
    return {
        authority: name,
        until: Math.min(...way.map(({ until }) => floor(until))),
        revocationChecked,
        useless: lists.filter(list => !useful.has(list)),
    };
}

/** What is known to have been there before its certificate was revoked still counts. */
function checkRevoked(certificate: Certificate, { since }: Revoked, known: Moment | undefined): void {
    if (known === undefined || known >= since)
        refuse('token.revoked', 'TokenRevoked', { who: { quoted: certificate.name }, since: told(floor(since)) });
}

/** The first way with which nothing is wrong; else what is wrong with the first. */
function soundWay(token: Token, authorities: Authority[]): Certificate[] {
    const anchors = authorities.map(({ certificate }) => certificate);
    let trouble: Refused | undefined;
    for (const way of ways(token, anchors)) {
        const checked = attempt(() => check(way, token.info.time));
        if (!(checked instanceof Refused)) return way;
        trouble ??= checked;
    }
    if (trouble) throw trouble;
    return refuse('token.authority', 'TokenAuthority', { who: { quoted: token.signer.name } });
}

/** All ways by names and signatures alone: authorities come before what the token carries, each in their order. */
function ways(token: Token, anchors: Certificate[]): Certificate[][] {
    const found: Certificate[][] = [];
    let tried = 0;
    // no deeper than the longest way
    const up = (way: Certificate[]): void => {
        const last = way.at(-1)!;
        const end = anchors.find(anchor => anchor.is(last));
        if (end) {
            found.push([...way.slice(0, -1), end]);
            return;
        }
        if (way.length === LONGEST || last.isSignedTheOldWay) return;
        for (const issuer of [...anchors, ...token.certificates]) {
            if (tried === TRIED || way.some(each => each.is(issuer)) || !last.isNamedBy(issuer)) continue;
            tried += 1;
            if (last.wasIssuedBy(issuer)) up([...way, issuer]);
        }
    };
    if (anchors.length > 0) up([token.signer]);
    return found;
}

/** Refuses a way on which a certificate is not valid at that time, may not stand where it stands, or has too short a key. */
function check(way: Certificate[], at: Moment): void {
    let below = 0;
    way.forEach((certificate, place) => {
        certificate.checkLength();
        if (place > 0) {
            certificate.checkIssues(below);
            if (!certificate.isNamedBy(certificate)) below += 1;
        }
        certificate.checkTime(at);
    });
}
