/** Adobe takes eleven calls at once from one address, then one a second, however many devices are behind it. */
import type { Device } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const address = '203.0.113.60';

/** Signed in, and unknown to Adobe. */
const devicesOf = async (t: TestWorld, count: number): Promise<Device[]> => {
  const devices: Device[] = [];
  for (let index = 0; index < count; index += 1)
    devices.push(await t.signIn(t.device('tv', { id: `device ${index}`, address }), 'ana'));
  return devices;
};

const refusedByAdobe = (t: TestWorld): number =>
  t.simulator.control.requests().filter(({ party, status }) => party === 'adobe' && status === 429).length;

test('five devices of a household that start at once all get their answers, and none is refused by Adobe', async () => {
  await using t = await startGateway();
  const devices = await devicesOf(t, 5);
  // Each takes four calls: registration, access token, profiles, session.
  const start = async (device: Device): Promise<number[]> => {
    const profiles = await device.profiles();
    const session = await device.createSession({
      mvpd: 'Cablevision',
      domainName: 'adobe.com',
      redirectUrl: 'https://adobe.com',
    });
    return [profiles.status, session.status];
  };
  const answers = await Promise.all(devices.map(start));
  expect(answers.map(([profiles]) => profiles)).toEqual([200, 200, 200, 200, 200]);
  expect(new Set(answers.map(([, session]) => session))).toEqual(new Set([200]));
  expect(refusedByAdobe(t)).toBe(0);
});
