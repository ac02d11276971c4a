import { z } from 'zod';
import type { Config } from '#src/config/schema';
import type { StoredArtifact } from '#src/stores/expiring-ports';
import type { SignIn, Stores } from '#src/stores/ports';
import { auditAccount, type Finding } from './audit-account.ts';
import { linkRulesOf } from './linking.ts';

export interface AuditDeps {
  readonly stores: Pick<Stores, 'accounts' | 'signIns' | 'artifacts'>;
  readonly config: Pick<Config, 'families' | 'identityProviders'>;
  readonly now: number;
}

export interface Rows {
  readonly findings: readonly Finding[];
  /** How many rows were read; fewer than the limit if there are no more. */
  readonly count: number;
  /** Id or position of the last one. */
  readonly last?: string | number | undefined;
}

/** Reads at most `limit` rows after the one whose id or position is `after`. */
export type ReadRows = (
  deps: AuditDeps,
  page: { readonly after: string | undefined; readonly limit: number },
) => Promise<Rows>;

export const readAccounts: ReadRows = async ({ stores, config, now }, page) => {
  const rules = new Map(
    config.families.map((family) => [family.id, linkRulesOf(family, config.identityProviders, now)]),
  );
  const none = { authorities: [] };
  const entries = await stores.accounts.list(page);
  return {
    findings: entries.flatMap((entry) => auditAccount(entry, rules.get(entry.account.family) ?? none)),
    count: entries.length,
    last: entries.at(-1)?.account.id,
  };
};

export const readSignIns: ReadRows = async ({ stores }, { after, limit }) => {
  const signIns = await stores.signIns.list({ limit, after: positionIn(after) });
  return {
    findings: signIns.filter(({ provider }) => provider === null).map(withoutProvider),
    count: signIns.length,
    last: signIns.at(-1)?.position,
  };
};

const withoutProvider = ({ family, viewer, app, instance }: SignIn): Finding => ({
  kind: 'sign-in-without-provider',
  family,
  account: viewer,
  detail: `${app} on instance ${instance}`,
});

export const readSessions: ReadRows = async ({ stores, now }, { after, limit }) => {
  const sessions = await stores.artifacts.list('Session', { limit, after: positionIn(after), now });
  const findings: Finding[] = [];
  for (const session of sessions) findings.push(...(await auditSession(stores, session)));
  return { findings, count: sessions.length, last: sessions.at(-1)?.position };
};

const positionIn = (after: string | undefined): number | undefined =>
  after === undefined ? undefined : Number(after);

/** The members of a browser session that oidc-provider stores, as far as they matter here; `loginTs` in seconds. */
const storedSession = z.object({
  accountId: z.string(),
  amr: z.array(z.string()).optional(),
  loginTs: z.number().optional(),
});

const auditSession = async (
  { accounts }: Pick<Stores, 'accounts'>,
  { payload }: StoredArtifact,
): Promise<Finding[]> => {
  const session = storedSession.safeParse(payload).data;
  // A browser in which nobody has signed in yet has a session too.
  if (!session) return [];
  const account = await accounts.find(session.accountId);
  const finding = (kind: Finding['kind'], detail: string): Finding => ({
    kind,
    family: account?.family ?? null,
    account: session.accountId,
    detail,
  });
  if (!account) return [finding('session-without-account', 'a browser session of an unknown account')];
  if (session.amr?.some((method) => method.startsWith('idp:'))) return [];
  const since =
    session.loginTs === undefined ? '' : ` since ${new Date(session.loginTs * 1000).toISOString()}`;
  return [finding('session-without-provider', `a browser session${since}`)];
};
