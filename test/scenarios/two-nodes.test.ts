import { approveDevice, request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { profileTypes } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { postgresUrl } from '../support/postgres.ts';
import { refreshAt } from '../support/refresh-at.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

describe.skipIf(!postgresUrl)('two nodes with one PostgreSQL database', () => {
  test('a sign-in begins on one and ends on the other, and so does everything after it', async () => {
    const { t, second, tvAt } = await startTwoNodes();
    const [tv, there] = [tvAt(second), tvAt(t.origin)];
    const code = await tv.signIn.requestDeviceCode();
    await approveDevice(t.browser(), code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
    tv.use(await tv.signIn.awaitTokens(code));
    // The answer is kept until one of its tokens is used: it may have been lost.
    expect((await there.signIn.poll(code)).body['access_token']).toBe(tv.tokens?.accessToken);

    there.use(tv.tokens);
    await t.logInAtMvpd(there, 'ana', 'Cablevision');
    expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });

    const refreshed = await refreshAt(t.origin, tv);
    expect(refreshed.status).toBe(200);
    const authorization = `Bearer ${refreshed.body['access_token']}`;
    const me = async () => request({ url: `${second}/me`, headers: { authorization } });
    const { body } = await me();

    const admin = createAdminClient(t.adminOrigin);
    await admin.revoke({ kind: 'account', id: String(body['sub']), reason: 'stolen' });
    expect((await me()).status).toBe(401);
    await eventually(async () => expect((await tv.profiles()).status).toBe(401)); // a second at most
  });
});
