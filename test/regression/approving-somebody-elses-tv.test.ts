import { expect, test } from 'vitest';
import { newBrowser, type Stage, scan, signInDevice, startStage } from '../authorization-server/stage.ts';

const info = { manufacturer: 'Roku', model: 'Ultra <b>', primaryHardwareType: 'SetTopBox' };

/** A device that asks for a code from `address`. */
const askFrom = async (stage: Stage, address: string) => {
  const headers = {
    'x-test-address': address,
    'x-device-info': Buffer.from(JSON.stringify(info)).toString('base64'),
  };
  return (await stage.post('/device/auth', { client_id: 'tv' }, headers)).body;
};

test('who approves reads which device asks, from where and since when', async () => {
  await using stage = await startStage();
  const device = await askFrom(stage, '203.0.113.77');
  await stage.clock.advance(125_000);
  const page = await scan(device, newBrowser());
  for (const text of ['REF30 for TV', 'Roku Ultra', 'SetTopBox', '203.0.113.•', '2 minutes ago'])
    expect(page.text).toContain(text);
  expect(page.text).toContain(device['user_code']);
  expect(page.html).not.toContain('203.0.113.77');
  expect(page.html).not.toContain('<b>');
});

test('the viewer’s own network is called that', async () => {
  await using stage = await startStage();
  const page = await scan(await askFrom(stage, '127.0.0.1'), newBrowser());
  expect(page.text).toContain('Your network');
  expect(page.text).not.toContain('127.0.0');
});

test('a link from elsewhere takes a viewer who is signed in to a new sign-in first', async () => {
  await using stage = await startStage();
  const victim = newBrowser();
  await signInDevice(stage, victim);
  const device = await askFrom(stage, '203.0.113.77');
  await victim.open(device['verification_uri_complete'] ?? '');
  const page = await victim.submit({ button: 'Continue' });
  expect(page.text).not.toContain('Approve');
  expect(page.text).toContain('Choose how you want to sign in');
  const question = await victim.submit({ button: 'Viewers account' });
  expect(question.text).toContain('Another network');
  expect((await victim.submit({ button: 'Approve' })).text).toContain('You are signed in');
});

test('a link from home and a code typed by hand need none', async () => {
  await using stage = await startStage();
  const viewer = newBrowser();
  await signInDevice(stage, viewer);
  expect((await scan(await askFrom(stage, '127.0.0.1'), viewer)).text).toContain('Approve');
  const device = await askFrom(stage, '203.0.113.77');
  await viewer.open(`${stage.origin}/device`);
  const page = await viewer.submit({ fill: { user_code: device['user_code'] ?? '' } });
  expect(page.text).toContain('Approve');
});

test('a device whose code ran out is not approved, and nothing is left of it', async () => {
  await using stage = await startStage();
  const phone = newBrowser();
  const question = await scan(await askFrom(stage, '127.0.0.1'), phone);
  await stage.clock.advance(601_000);
  const page = await phone.submit({ on: question, button: 'Approve' });
  expect(page.status).toBe(400);
  expect(page.text).toContain('This sign-in has ended');
  expect(stage.seen.opened).toEqual([]);
});
