import { expect, test } from 'vitest';
import { audit, auditPage } from '#src/families/audit';
import { createMemoryStores } from '#src/stores/memory/create';
import type { SignIn } from '#src/stores/ports';
import { family, provider } from '../support/builders.ts';

const now = Date.UTC(2030, 0, 1);
const config = {
  families: [family(), family({ id: 'tv', linking: 'none' })],
  identityProviders: [provider('dtc'), provider('google')],
};

const signIn = (grant: string, changes: Partial<SignIn> = {}): SignIn => ({
  grant,
  app: 'ref-tv',
  family: 'ref',
  instance: 'i1',
  viewer: 'a1',
  provider: 'dtc',
  provenAt: now,
  createdAt: now,
  idleAt: now + 1_000,
  ...changes,
});

const start = () => {
  const stores = createMemoryStores();
  const linked = async (account: string, of: string): Promise<void> => {
    for (const id of ['dtc', 'google']) {
      const authority = `${id} https://${id}.example verifiedClaim`;
      await stores.accounts.resolve({
        identity: {
          family: of,
          issuer: `https://${id}.example`,
          subject: account,
          provider: id,
          email: null,
          linkKey: account,
          linkAuthority: authority,
          createdAt: now,
          provenAt: now,
        },
        fresh: { id: account, family: of, createdAt: now, subjectVersion: 1, endedAt: null },
        link: { authorities: [authority, 'dtc https://dtc.example verifiedClaim'], provenSince: 0 },
      });
    }
  };
  const session = (id: string, payload: Record<string, string | number | string[]>): Promise<void> =>
    stores.artifacts.upsert({ model: 'Session', id, payload, expiresAt: now + 1_000 }, now);
  const findings = async () => {
    const found: string[] = [];
    for await (const { kind, family: of, account, detail } of audit({ stores, config, now }))
      found.push(`${kind} ${of} ${account}: ${detail}`);
    return found;
  };
  /** Accounts of the findings, page by page, and where each next page begins. */
  const pages = async (limit: number) => {
    const read: { found: string[]; next: string | undefined }[] = [];
    let after: string | undefined;
    do {
      const { findings: page, next } = await auditPage({ stores, config, now }, { after, limit });
      read.push({ found: page.map(({ kind, account }) => `${kind} ${account}`), next });
      after = next;
    } while (after !== undefined);
    return read;
  };
  return { stores, linked, session, findings, pages };
};

test('each family is held to its own rules of today', async () => {
  const t = start();
  await t.linked('a1', 'ref');
  await t.linked('a2', 'tv');
  await t.linked('a3', 'gone');
  const lines = (of: string, account: string) =>
    ['dtc', 'google'].map(
      (id) => `no-authority ${of} ${account}: ${id} is not authoritative for the address today`,
    );
  expect(await t.findings()).toEqual([...lines('tv', 'a2'), ...lines('gone', 'a3')]);
});

test('sign-ins and browser sessions of which it is not known where they come from', async () => {
  const t = start();
  await t.linked('a1', 'ref');
  await t.stores.signIns.record(signIn('g1'));
  await t.stores.signIns.record(signIn('g2', { provider: null }));
  const loginTs = now / 1000;
  await t.session('s1', { accountId: 'a1', loginTs, amr: ['idp:dtc'] });
  await t.session('s2', { accountId: 'a1', loginTs });
  await t.session('s3', { accountId: 'a1', amr: ['pwd'] });
  await t.session('s4', { accountId: 'nobody', amr: ['idp:dtc'] });
  await t.session('s5', { uid: 'a browser in which nobody signed in' });
  expect(await t.findings()).toEqual([
    'sign-in-without-provider ref a1: ref-tv on instance i1',
    'session-without-provider ref a1: a browser session since 2030-01-01T00:00:00.000Z',
    'session-without-provider ref a1: a browser session',
    'session-without-account null nobody: a browser session of an unknown account',
  ]);
});

test('all pages are read', async () => {
  const t = start();
  for (let index = 0; index < 1_001; index += 1) {
    await t.linked(`a${index}`, 'tv');
    await t.stores.signIns.record(signIn(`g${index}`, { provider: null }));
    await t.session(`s${index}`, { accountId: `a${index}` });
  }
  expect(new Set(await t.findings()).size).toBe(2 * 1_001 + 1 + 1_001);
});

test('a page covers as many rows as it was asked for, whatever it finds in them', async () => {
  const t = start();
  for (const id of ['a1', 'a2']) await t.linked(id, 'ref');
  for (const grant of ['g1', 'g2', 'g3']) await t.stores.signIns.record(signIn(grant, { provider: null }));
  await t.session('s1', { accountId: 'a1' });
  const signIns = (count: number) => Array.from({ length: count }, () => 'sign-in-without-provider a1');
  const session = 'session-without-provider a1';
  expect(await t.pages(2)).toEqual([
    { found: [], next: 'accounts:a2' },
    { found: signIns(2), next: 'sign-ins:2' },
    { found: [...signIns(1), session], next: expect.stringMatching(/^sessions:\d+$/) },
    { found: [], next: undefined },
  ]);
  expect(await t.pages(1_000)).toEqual([{ found: [...signIns(3), session], next: undefined }]);
});
