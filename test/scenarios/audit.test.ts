import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from '@kinpass/simulator/client';
import { expect, onTestFinished, test } from 'vitest';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway } from '../support/start-gateway.ts';

const helpDesk = 'the-token-of-the-help-desk-of-today';
const auditor = 'the-token-of-those-who-only-look-on';

/** A gateway on a database, and the same settings for commands. */
const start = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-audit-scenario-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = { kind: 'sqlite' as const, file: join(folder, 'kinpass.db') };
  const keys = { directory: join(folder, 'keys') };
  const t = await startGateway({
    settings: {
      store,
      keys,
      admin: {
        tokens: [
          { id: 'help-desk', token: helpDesk, roles: ['revoke'] },
          { id: 'auditor', token: auditor, roles: ['read'] },
        ],
      },
    },
  });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const settings = join(folder, 'kinpass.yaml');
  writeFileSync(settings, JSON.stringify(minimalSettings({ store, keys })));
  return { t, settings };
};

test('the audit log tells who revoked an account, over the admin API and at the terminal, from where and why', async () => {
  const { t, settings } = await start();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const authorization = `Bearer ${tv.tokens?.accessToken}`;
  const { body: me } = await request({ url: `${t.origin}/me`, headers: { authorization } });
  const id = String(me['sub']);
  const admin = (token: string, path: string, more: object = {}) =>
    request({ url: t.adminOrigin + path, headers: { authorization: `Bearer ${token}` }, ...more });

  const json = { kind: 'account', id, reason: 'ticket 4711: sold with the TV' };
  expect((await admin(auditor, '/revocations', { method: 'POST', json })).status).toBe(403);
  expect((await admin(helpDesk, '/revocations', { method: 'POST', json })).status).toBe(200);
  const lift = ['revoke', 'account', id, '--lift', '--config', settings, '--reason', 'wrong account'];
  await using run = runKinpass(lift, { env: { SUDO_USER: 'olga' } });
  expect(await run.ended).toBe(0);

  const { body } = await admin(auditor, '/audit');
  expect(body['entries']).toMatchObject([
    { seq: 1, action: 'gateway.start', outcome: 'started', via: 'gateway' },
    { seq: 2, action: 'gateway.start', outcome: 'done', actor: expect.stringMatching(/^gateway@/) },
    {
      seq: 3,
      actor: 'help-desk',
      via: 'admin',
      source: '127.0.0.1',
      action: 'account.revoke',
      target: { kind: 'account', id },
      reason: 'ticket 4711: sold with the TV',
    },
    {
      seq: 4,
      actor: expect.stringMatching(/^olga@/),
      via: 'cli',
      action: 'revocation.lift',
      target: { kind: 'account', id },
      reason: 'wrong account',
    },
  ]);
  const text = JSON.stringify(body);
  for (const secret of [helpDesk, auditor, tv.tokens?.accessToken]) expect(text).not.toContain(secret);
  expect((await admin(helpDesk, '/audit')).body).toMatchObject({ status: 403, field: 'read' });
});
