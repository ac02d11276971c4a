import type { Finding } from './audit-account.ts';
import {
  type AuditDeps,
  type ReadRows,
  type Rows,
  readAccounts,
  readSessions,
  readSignIns,
} from './audit-rows.ts';

export interface FindingsPage {
  readonly findings: readonly Finding[];
  /** Where the next page begins; absent after the last. */
  readonly next?: string;
}

/** What is read, in this order. */
const sources = ['accounts', 'sign-ins', 'sessions'] as const;
type Source = (typeof sources)[number];

const readers: Readonly<Record<Source, ReadRows>> = {
  accounts: readAccounts,
  'sign-ins': readSignIns,
  sessions: readSessions,
};

/** Where a page begins: what it reads first, and the last row of that before. */
const cursorForm = /^(?:accounts:.{0,255}|(?:sign-ins|sessions):\d{0,15})$/;

export const isCursor = (text: string): boolean => cursorForm.test(text);

const pageSize = 500;

/** Everything that was linked or begun against today's rules. Reads page by page; changes nothing. */
export async function* audit(deps: AuditDeps): AsyncGenerator<Finding> {
  let after: string | undefined;
  do {
    const { findings, next } = await auditPage(deps, { after, limit: pageSize });
    yield* findings;
    after = next;
  } while (after !== undefined);
}

/**
 * What is found in at most `limit` accounts, sign-ins and sessions, which may be nothing, and where to continue.
 * `after` is the `next` of another page.
 */
export const auditPage = async (
  deps: AuditDeps,
  { after = 'accounts:', limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<FindingsPage> => {
  const findings: Finding[] = [];
  let next: string | undefined = after;
  let left = limit;
  while (next !== undefined && left > 0) {
    const { source, place } = placeOf(next);
    const {
      findings: found,
      count,
      last,
    }: Rows = await readers[source](deps, {
      after: place || undefined,
      limit: left,
    });
    findings.push(...found);
    left -= count;
    next = left > 0 ? startAfter(source) : `${source}:${last}`;
  }
  return { findings, ...(next !== undefined && { next }) };
};

const placeOf = (cursor: string): { readonly source: Source; readonly place: string } => {
  const source = sources.find((name) => cursor.startsWith(`${name}:`)) ?? 'accounts';
  return { source, place: cursor.slice(source.length + 1) };
};

const startAfter = (source: Source): string | undefined => {
  const following = sources[sources.indexOf(source) + 1];
  return following && `${following}:`;
};
