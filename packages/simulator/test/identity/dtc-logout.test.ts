import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { createManualClock } from '../support/manual-clock.ts';
import { startDtc } from './dtc-sign-in.ts';
import { startReceiver } from './receiver.ts';
import { arrival, hasLeft } from './start-party.ts';

const { clientId } = defaultFixtures.clients.dtc;
const event = 'http://schemas.openid.net/event/backchannel-logout';

const verify = (token: string, origin: string, currentDate = new Date()) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${origin}/jwks`)), {
    issuer: origin,
    audience: clientId,
    typ: 'logout+jwt',
    currentDate,
  });

test('who logs out is told to the client before the browser is back', async () => {
  await using receiver = await startReceiver();
  await using dtc = await startDtc({ gateway: receiver.origin });
  const { browser, redeem } = await dtc.signIn();
  const tokens = await redeem();
  const url = client.buildEndSessionUrl(dtc.config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: `${receiver.origin}/signed-out`,
    state: 'some state',
  });
  await browser.open(url);
  expect(browser.page.text).toContain('Log out?');
  await browser.submit({ button: 'Log out' });

  expect(arrival(browser).href).toBe(`${receiver.origin}/signed-out?state=some+state`);
  expect(receiver.received).toMatchObject([
    { path: '/backchannel/dtc', contentType: expect.stringMatching(/^application\/x-www-form-urlencoded/) },
  ]);
  const { payload } = await verify(receiver.field('logout_token'), dtc.origin);
  expect(payload).toMatchObject({
    sub: 'dtc-ana',
    sid: tokens.claims()?.['sid'],
    events: { [event]: {} },
    jti: expect.any(String),
  });
  expect(payload.exp).toBe((payload.iat ?? 0) + 120);
  expect(payload).not.toHaveProperty('nonce');

  await browser.open((await dtc.begin()).url);
  expect(hasLeft(browser)).toBe(false);
  expect(dtc.party.sentEvents()).toMatchObject([
    { kind: 'backchannel-logout', user: 'ana', answer: { status: 200 }, accepted: true },
  ]);
});

test('who stays logged in at the provider leaves the one client alone', async () => {
  await using receiver = await startReceiver();
  await using dtc = await startDtc({ gateway: receiver.origin });
  const { browser, redeem } = await dtc.signIn();
  const { id_token = '' } = await redeem();
  await browser.open(client.buildEndSessionUrl(dtc.config, { id_token_hint: id_token }));
  await browser.submit({ button: 'Stay logged in' });
  expect(browser.page.text).toContain('Logged out');
  expect(receiver.received).toHaveLength(1);
  await browser.open((await dtc.begin()).url);
  expect(hasLeft(browser)).toBe(true);
});

test('a page for nobody needs no script either, and an unknown way back is refused', async () => {
  await using dtc = await startDtc();
  const { browser } = await dtc.signIn();
  await dtc.party.endSessions('ana');
  await browser.open(`${dtc.origin}/logout`);
  expect(browser.page.root.querySelector('script')).toBeNull();
  await browser.submit({ button: 'Log out' });
  expect(browser.page.text).toContain('Logged out');

  const post_logout_redirect_uri = 'http://evil.example/';
  await browser.open(client.buildEndSessionUrl(dtc.config, { post_logout_redirect_uri }));
  expect(browser.page.status).toBe(400);
});

test('a logout on demand ends the session and says so in the time of the world', async () => {
  const clock = createManualClock();
  await using receiver = await startReceiver();
  await using dtc = await startDtc({ clock, gateway: receiver.origin });
  const { browser } = await dtc.signIn();
  const [session] = await dtc.party.sessions();
  expect(session).toMatchObject({ user: 'ana', since: new Date(clock.now()).toISOString() });

  const sent = await dtc.party.sendEvent({ kind: 'backchannel-logout', user: 'ana' });
  expect(sent).toMatchObject({ to: `${receiver.origin}/backchannel/dtc`, accepted: true });
  const { payload } = await verify(receiver.field('logout_token'), dtc.origin, new Date(clock.now()));
  expect(payload).toMatchObject({ sub: 'dtc-ana', sid: session?.sids?.[clientId], iat: clock.now() / 1000 });
  await browser.open((await dtc.begin()).url);
  expect(hasLeft(browser)).toBe(false);

  const again = await dtc.party.sendEvent({ kind: 'backchannel-logout', user: 'ana' });
  expect(again.claims).not.toHaveProperty('sid');
});

test.each([
  [{ logoutTokenExp: false }, 'exp'],
  [{ logoutTokenSid: false }, 'sid'],
])('with %o there is no %s', async (switches, claim) => {
  await using receiver = await startReceiver();
  await using dtc = await startDtc({ gateway: receiver.origin });
  dtc.party.changeSwitches(switches);
  const { browser } = await dtc.signIn();
  await browser.open(`${dtc.origin}/logout`);
  await browser.submit({ button: 'Log out' });
  const [byBrowser] = dtc.party.sentEvents();
  const onDemand = await dtc.party.sendEvent({ kind: 'backchannel-logout', user: 'ana' });
  for (const sent of [byBrowser, onDemand]) expect(sent?.claims).not.toHaveProperty(claim);
  expect(byBrowser?.claims).toHaveProperty('sub');
});

test('a provider without back channel tells nobody', async () => {
  await using receiver = await startReceiver();
  await using dtc = await startDtc({ gateway: receiver.origin });
  dtc.party.changeSwitches({ backchannelLogout: false });
  const { browser } = await dtc.signIn();
  await browser.open(`${dtc.origin}/logout`);
  await browser.submit({ button: 'Log out' });
  expect(receiver.received).toEqual([]);
});

test('logout tokens can be bent every way, and a refusal is on record', async () => {
  await using receiver = await startReceiver({ status: 400 });
  await using dtc = await startDtc({ gateway: receiver.origin });
  const send = (more: object) => dtc.party.sendEvent({ kind: 'backchannel-logout', user: 'ana', ...more });
  await send({ flaw: 'badSignature' });
  await expect(verify(receiver.field('logout_token'), dtc.origin)).rejects.toMatchObject({
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
  const bent = await send({ claims: { nonce: 'n', events: null, aud: 'somebody' } });
  expect(bent.claims).toMatchObject({ nonce: 'n', aud: 'somebody' });
  expect(bent.claims).not.toHaveProperty('events');
  expect(bent).toMatchObject({ accepted: false, complaint: expect.stringContaining('400') });

  const nowhere = await send({ to: 'http://127.0.0.1:1/' });
  expect(nowhere).toMatchObject({ answer: null, accepted: false, complaint: expect.any(String) });
  await expect(dtc.party.sendEvent({ kind: 'unheard-of', user: 'ana' })).rejects.toMatchObject({
    field: 'kind',
  });
  await expect(dtc.party.sendEvent({ kind: 'backchannel-logout' })).rejects.toMatchObject({ field: 'user' });
});
