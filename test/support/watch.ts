import type { Device } from '@kinpass/simulator/client';
import type { TestWorld } from './start-gateway.ts';

const login = {
  mvpd: 'Cablevision',
  domainName: 'testadobe.com',
  redirectUrl: 'https://www.testadobe.com/in',
};

/** A session that nobody has logged in to. */
export const openSession = async (device: Device): Promise<{ code: string; url: string }> => {
  const session = await device.createSession(login);
  return { code: String(session.body['code']), url: device.browserUrl(session) };
};

/** Waits for the profile behind a code as an event stream; resolves to all that was sent once it has ended. */
export const stream = async (t: TestWorld, device: Device, code: string): Promise<string> => {
  const response = await fetch(`${t.origin}/api/v2/REF30/profiles/code/${code}`, {
    headers: {
      ...device.headers,
      authorization: `Bearer ${device.tokens?.accessToken}`,
      accept: 'text/event-stream',
    },
  });
  return response.text();
};

/** As `stream`, held back with `Prefer: wait`. */
export const longPoll = (device: Device, code: string) =>
  device.call(`/REF30/profiles/code/${code}`, { headers: { prefer: 'wait=25' } });

/** Adobe has been asked for the profile behind a code so often. */
export const polled = async ({ control }: TestWorld, times = 1): Promise<void> => {
  const count = async () =>
    (await control.requests()).filter(({ operation }) => operation === 'profiles.code').length;
  while ((await count()) < times);
};
