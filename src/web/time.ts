// Timestamp tokens that lie beside something: which of them authorities vouch for, and which renew others (section 10). What they may be
// over is the caller's to say.
import type { Authority } from './authority';
import { LIMIT } from './canonical';
import { attempt } from './certificate';
import { Refused } from './der';
import { type Argument, type Code, type Detail, type Finding, detail, named } from './finding';
import { ceil, floor, told } from './moment';
import { type Believed, believe } from './path';
import { RevocationList } from './revocation';
import { Token } from './token';

/** Seconds by which two clocks may differ without a word. */
const SKEW = 600;
/** The most tokens that are looked at: those beside a bundle, those beside a log, and those in a proof. */
const TOKENS = 3 * LIMIT.tokens;

/** A token as it was given; what is too long is empty, and so no token. */
export interface TokenFile {
    name: string;
    response: Uint8Array;
    /** The revocation lists beside it, file by file. */
    lists: Uint8Array[];
}

/** A token that was judged. */
export class Stamp<Subject> {
    readonly findings: Finding[] = [];
    readonly notes: Finding[] = [];
    /** It, where its signature holds. */
    readonly token: Token | undefined;
    over: Subject | undefined;
    /** The token that it renews. */
    renews: Stamp<Subject> | undefined;
    /** Those that renew it. */
    readonly renewals: Stamp<Subject>[] = [];
    /** Undefined where it is not accepted. */
    believed: Believed | undefined;
    private judged = false;

    /** `refused` tells why it is not even read. */
    constructor(
        readonly file: TokenFile,
        private readonly authorities: Authority[],
        refused?: Refused,
    ) {
        const read = attempt(() => {
            if (refused) throw refused;
            return Token.read(file.response, authorities);
        });
        if (read instanceof Refused) this.refuse(read);
        else this.token = read;
    }

    /** The token that this one goes back to, renewal by renewal. */
    get first(): Stamp<Subject> {
        return this.renews?.first ?? this;
    }

    /** Why it is not accepted. */
    private refuse({ code, detail: what }: Refused): void {
        this.findings.push({ code, place: named(this.file.name), detail: what });
        this.believed = undefined;
    }

    private note(code: Code, what: Detail, values: Record<string, Argument> = {}): void {
        this.notes.push({ code, place: named(this.file.name), detail: detail(what, values) });
    }

    /** Judges it after those that renew it, which prove when it was there. */
    judge(): void {
        const { token } = this;
        if (this.judged || !token) return;
        this.judged = true;
        this.renewals.forEach(renewal => renewal.judge());
        const later = this.renewals.flatMap(({ believed, token: read }) =>
            believed && read!.info.time >= token.info.time ? [read!.latest] : [],
        );
        const existed = later.length > 0 ? later.reduce((one, other) => (other < one ? other : one)) : undefined;
        const lists = this.file.lists.flatMap(bytes => {
            const read = attempt(() => RevocationList.readAll(bytes));
            if (!(read instanceof Refused)) return read;
            this.note('token.list_useless', 'NoRevocationList');
            return [];
        });
        const believed = attempt(() => believe(token, this.authorities, lists, existed));
        if (believed instanceof Refused) {
            this.refuse(believed);
            return;
        }
        this.believed = believed;
        for (const { by, issuedAt } of believed.useless)
            this.note('token.list_useless', 'TokenListUseless', { issuer: { quoted: by }, issued: told(floor(issuedAt)) });
    }

    /** Refuses renewals that were made when this had ended, or before it was made. */
    refuseLate(): void {
        const { believed, token } = this;
        if (!believed) return;
        for (const renewal of this.renewals) {
            if (!renewal.believed) continue;
            const { latest, info } = renewal.token!;
            if (ceil(latest) > believed.until || info.time < token!.info.time) {
                const late = detail('TokenLate', { until: told(believed.until), at: told(ceil(info.time)) });
                renewal.refuse(new Refused('token.late', late));
            }
        }
    }

    /** Mentions that its certificates have ended, with nothing over it that still holds; or that its time is still to come. */
    compare(now: number): void {
        const until = this.until();
        if (until === undefined) return;
        if (until < now) this.note('token.ended', 'TokenEnded', { until: told(until) });
        const time = floor(this.token!.info.time);
        if (time > now + SKEW) this.note('time.future', 'StillToCome', { time: told(time), now: told(now) });
    }

    /** The end of it, and of those that renew it. */
    private until(): number | undefined {
        if (!this.believed) return undefined;
        return Math.max(this.believed.until, ...this.renewals.map(renewal => renewal.until() ?? -Infinity));
    }

    /** Refuses one that is over nothing that is here, whatever else is wrong with it. */
    refuseUnrelated(): void {
        if (!this.token || this.over !== undefined || this.renews) return;
        this.findings.length = 0;
        this.refuse(new Refused('token.imprint', detail('TokenImprint')));
    }

    /** As `verify --json` says it; `seals` is of how many it is the timestamp together. */
    json(finding: (each: Finding) => object, seals: number | null) {
        const { token, believed } = this;
        return {
            file: this.file.name,
            state: believed ? 'accepted' : 'not-accepted',
            renews: this.renews?.file.name ?? null,
            seals,
            at: token ? told(ceil(token.info.time)) : null,
            accuracy_ns: token?.info.accuracy === undefined ? null : Number(token.info.accuracy),
            signer: token?.signer.name ?? null,
            policy: token?.info.policy ?? null,
            serial: token?.info.serial ?? null,
            authority: believed?.authority ?? null,
            valid_until: believed ? told(believed.until) : null,
            revocation_checked: believed?.revocationChecked ?? false,
            findings: this.findings.map(finding),
            notes: this.notes.map(finding),
        };
    }
}

/**
 * Judges tokens, each at its own time; one over which another one lies was there at the time of that one. `subject` tells what a token is
 * over; those over another token renew it.
 */
export function judge<Subject>(
    files: TokenFile[],
    subject: (token: Token) => Subject | undefined,
    authorities: Authority[],
    now: number,
): Stamp<Subject>[] {
    const more = new Refused('token.limit', detail('TokensEnough', { limit: TOKENS }));
    const stamps = files.map((file, at) => new Stamp<Subject>(file, authorities, at < TOKENS ? undefined : more));
    for (const stamp of stamps) {
        const { token } = stamp;
        if (!token) continue;
        stamp.over = subject(token);
        if (stamp.over !== undefined) continue;
        stamp.renews = stamps.find(({ file }) => token.isOver(file.response));
        stamp.renews?.renewals.push(stamp);
    }
    stamps.forEach(stamp => stamp.judge());
    stamps.forEach(stamp => stamp.refuseLate());
    stamps.forEach(stamp => stamp.compare(Math.floor(now)));
    stamps.forEach(stamp => stamp.refuseUnrelated());
    return stamps;
}

/** The one that proves the time: of those over the thing itself that are accepted, the one that was made first. */
export function proof<Subject>(stamps: Stamp<Subject>[]): Stamp<Subject> | undefined {
    const accepted = stamps.filter(({ over, believed }) => over !== undefined && believed);
    return accepted.reduce<Stamp<Subject> | undefined>(
        (first, other) => (first && first.token!.latest <= other.token!.latest ? first : other),
        undefined,
    );
}
