import { z } from 'zod';
import type { Config } from '#src/config/schema';
import type { StoredArtifact } from '#src/stores/expiring-ports';
import type { SignIn, Stores } from '#src/stores/ports';
import { auditAccount, type Finding } from './audit-account.ts';
import { linkRulesOf } from './linking.ts';

interface Deps {
  readonly stores: Pick<Stores, 'accounts' | 'signIns' | 'artifacts'>;
  readonly config: Pick<Config, 'families' | 'identityProviders'>;
  readonly now: number;
}

const pageSize = 500;

/** Everything that was linked or begun against today's rules. Reads page by page; changes nothing. */
export async function* audit(deps: Deps): AsyncGenerator<Finding> {
  yield* auditAccounts(deps);
  yield* auditSignIns(deps);
  yield* auditSessions(deps);
}

async function* auditAccounts({ stores, config, now }: Deps): AsyncGenerator<Finding> {
  const rules = new Map(
    config.families.map((family) => [family.id, linkRulesOf(family, config.identityProviders, now)]),
  );
  const none = { authorities: [] };
  let after: string | undefined;
  do {
    const page = await stores.accounts.list({ limit: pageSize, after });
    for (const entry of page) yield* auditAccount(entry, rules.get(entry.account.family) ?? none);
    after = page.length < pageSize ? undefined : page.at(-1)?.account.id;
  } while (after !== undefined);
}

async function* auditSignIns({ stores }: Deps): AsyncGenerator<Finding> {
  let after: number | undefined;
  do {
    const page = await stores.signIns.list({ limit: pageSize, after });
    yield* page.filter(({ provider }) => provider === null).map(withoutProvider);
    after = page.length < pageSize ? undefined : page.at(-1)?.position;
  } while (after !== undefined);
}

const withoutProvider = ({ family, viewer, app, instance }: SignIn): Finding => ({
  kind: 'sign-in-without-provider',
  family,
  account: viewer,
  detail: `${app} on instance ${instance}`,
});

async function* auditSessions({ stores, now }: Deps): AsyncGenerator<Finding> {
  let after: number | undefined;
  do {
    const page = await stores.artifacts.list('Session', { limit: pageSize, after, now });
    for (const session of page) yield* await auditSession(stores, session);
    after = page.length < pageSize ? undefined : page.at(-1)?.position;
  } while (after !== undefined);
}

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
