import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDeviceTickets } from '#src/authorization-server/device/device-ticket';
import { authorizeUrl, newBrowser, startStage } from './stage.ts';

const keyOf = (text: string) => createSecretKey(text, 'utf8');
const tickets = createDeviceTickets({ cookieKeys: [keyOf('new'), keyOf('old')] });

test('a ticket has 128 bits and fits one code', () => {
  const ticket = tickets.of('BCDFGHJKLM');
  expect(Buffer.from(ticket, 'base64url')).toHaveLength(16);
  expect(tickets.fits(ticket, 'BCDFGHJKLM')).toBe(true);
  for (const wrong of ['', `${ticket}A`, tickets.of('BCDFGHJKLN')])
    expect(tickets.fits(wrong, 'BCDFGHJKLM')).toBe(false);
});

test('a ticket of a key that is being replaced still fits', () => {
  const before = createDeviceTickets({ cookieKeys: [keyOf('old')] });
  expect(tickets.fits(before.of('BCDFGHJKLM'), 'BCDFGHJKLM')).toBe(true);
  expect(before.fits(tickets.of('BCDFGHJKLM'), 'BCDFGHJKLM')).toBe(false);
});

test('a scanned code works whatever was guessed before, and a wrong ticket is no ticket', async () => {
  await using stage = await startStage();
  const device = await stage.startDevice();
  const phone = newBrowser();
  await phone.open(authorizeUrl(stage));
  await phone.submit({ button: 'Viewers account' });
  const headers = { 'x-test-address': '2001:db8::1' };
  const form = await phone.open(`${stage.origin}/device`);
  let status = 400;
  while (status === 400)
    ({ status } = await phone.submit({ on: form, fill: { user_code: 'BBBBB-BBBBB' }, headers }));
  expect(status).toBe(429);
  const link = new URL(device['verification_uri_complete'] ?? '');
  expect(link.pathname).toBe('/device');
  const wrong = new URL(link);
  wrong.searchParams.set('ticket', 'A'.repeat(22));
  await phone.open(wrong);
  expect((await phone.submit({ button: 'Continue', headers })).status).toBe(429);
  await phone.open(link);
  expect((await phone.submit({ button: 'Continue', headers })).text).toContain(
    'Choose how you want to sign in',
  );
});
