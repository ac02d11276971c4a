import { expect, test } from 'vitest';
import { newBrowser, scan, startStage } from './stage.ts';

test('a TV is signed in by a phone: code, provider, approval, tokens', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  expect(device).toMatchObject({
    user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{5}-[BCDFGHJKLMNPQRSTVWXZ]{5}$/),
    verification_uri: `${stage.origin}/device`,
    interval: 5,
    expires_in: 600,
  });
  expect((await stage.redeem(device['device_code'])).body.error).toBe('authorization_pending');

  const phone = newBrowser();
  const question = await scan(device, phone);
  expect(question.text).toContain(device['user_code']);
  expect(question.text).toContain('REF30 for TV');
  expect(question.text).toContain('a••@viewers.example');
  expect(question.text).not.toContain('ana@');
  await stage.clock.advance(5_000);
  expect((await stage.redeem(device['device_code'])).body.error).toBe('authorization_pending');

  const done = await phone.submit({ button: 'Approve' });
  expect(done.text).toContain('You are signed in');
  const { status, body } = await stage.redeem(device['device_code']);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) });

  const [opened] = stage.seen.opened;
  expect(opened).toMatchObject({ app: { id: 'tv' }, clientId: 'tv', viewer: 'ana' });
  expect(await stage.authenticate(body.access_token)).toMatchObject({
    grant: opened?.grant,
    viewer: 'ana',
    clientId: 'tv',
  });
});

test('a device that asks too often is slowed down for good', async () => {
  await using stage = await startStage();
  const { device_code } = await stage.startDevice();
  const ask = async () => (await stage.redeem(device_code)).body.error;
  expect(await ask()).toBe('authorization_pending');
  await stage.clock.advance(2_000);
  expect(await ask()).toBe('slow_down');
  await stage.clock.advance(5_000);
  expect(await ask()).toBe('slow_down');
  await stage.clock.advance(15_000);
  expect(await ask()).toBe('authorization_pending');
});

test('an approved device gets its tokens even when it asks too soon', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  await stage.redeem(device['device_code']);
  const phone = newBrowser();
  await scan(device, phone);
  await phone.submit({ button: 'Approve' });
  expect((await stage.redeem(device['device_code'])).status).toBe(200);
});

test('who denies shares nothing, and the TV hears it', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  const phone = newBrowser();
  await scan(device, phone);
  const page = await phone.submit({ button: 'Deny' });
  expect(page.text).toContain('was not signed in');
  expect((await stage.redeem(device['device_code'])).body.error).toBe('access_denied');
  expect(stage.seen.opened).toEqual([]);
});

test('a code that ran out is expired for the TV, and no code for the phone', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  await stage.clock.advance(601_000);
  expect((await stage.redeem(device['device_code'])).body.error).toBe('expired_token');
  const phone = newBrowser();
  await phone.open(device['verification_uri_complete'] ?? '');
  const page = await phone.submit({ button: 'Continue' });
  expect(page.text).toContain('That code does not work');
});

test('unknown, expired and used codes look alike', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  const used = await stage.startDevice();
  await scan(used, phone);
  await phone.submit({ button: 'Approve' });
  const expired = await stage.startDevice();
  await stage.clock.advance(300_000);
  const other = await stage.startDevice();
  await stage.clock.advance(301_000);
  const enter = async (code: string) => {
    await phone.open(`${stage.origin}/device`);
    const page = await phone.submit({ fill: { user_code: code } });
    return { status: page.status, text: page.html.replace(/value="[^"]*"/g, '') };
  };
  const unknown = await enter('BBBBB-BBBBB');
  expect(unknown.status).toBe(400);
  expect(await enter(used['user_code'] ?? '')).toEqual(unknown);
  expect(await enter(expired['user_code'] ?? '')).toEqual(unknown);
  expect((await enter(other['user_code'] ?? '')).text).toContain('Sign in');
});

test('a QR link fills the code in and does nothing by itself', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  const phone = newBrowser();
  const page = await phone.open(device['verification_uri_complete'] ?? '');
  expect(page.root.querySelector('input[name=user_code]')?.getAttribute('value')).toBe(device['user_code']);
  expect(page.html).not.toContain('<script');
  // A second scan after the first was left alone goes on, too.
  await phone.submit({ button: 'Continue' });
  const question = await scan(device, newBrowser());
  expect(question.text).toContain('Approve');
});

test('two TVs approved on one phone are independent', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  const sign = async () => {
    const device = await stage.startDevice();
    await scan(device, phone);
    await phone.submit({ button: 'Approve' });
    return (await stage.redeem(device['device_code'])).body;
  };
  const first = await sign();
  const second = await sign();
  expect(stage.seen.opened.map(({ grant }) => grant)).toHaveLength(2);

  await stage.refresh((await stage.refresh(first.refresh_token)).body.refresh_token);
  await stage.clock.advance(1);
  expect((await stage.refresh(first.refresh_token)).body.error).toBe('invalid_grant');
  expect(await stage.authenticate(first.access_token)).toBeUndefined();
  expect(await stage.authenticate(second.access_token)).toMatchObject({ viewer: 'ana' });
  expect((await stage.refresh(second.refresh_token)).status).toBe(200);
  expect(stage.seen.ended).toEqual([stage.seen.opened[0]?.grant]);
});
