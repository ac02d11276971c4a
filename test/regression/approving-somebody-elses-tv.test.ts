import { expect, test } from 'vitest';
import { newBrowser, type Stage, scan, startStage } from '../authorization-server/stage.ts';

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
