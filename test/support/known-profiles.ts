import { type Device, request } from '@kinpass/simulator/client';
import { expect } from 'vitest';
import { profileTypes, reachedAdobe } from './answers.ts';
import { eventually } from './eventually.ts';
import type { TestWorld } from './start-gateway.ts';

export const read = (device: Device) => device.call(`/${device.serviceProvider}/profiles`);

/** The operations that reached Adobe while something was done. */
export const askedWhile = async ({ control }: TestWorld, act: () => Promise<unknown>): Promise<string[]> => {
  await control.clearRequests();
  await act();
  return reachedAdobe(await control.requests()).map(({ operation }) => operation);
};

export const isKnown = async (t: TestWorld, device: Device): Promise<boolean> =>
  (await askedWhile(t, () => read(device))).length === 0;

/** Logs in at the MVPD, and reads the profile by its code, as apps do. */
export const logIn = async (t: TestWorld, device: Device, user: string, mvpd: string): Promise<string> => {
  const code = await t.logInAtMvpd(device, user, mvpd);
  expect(profileTypes(await device.profileByCode(code))).toEqual({ [mvpd]: 'regular' });
  return code;
};

/** Devices whose profiles may be known. */
export interface Screens {
  readonly tv: Device;
  readonly phone: Device;
  readonly ben: Device;
}

const allScreens = ['tv', 'phone', 'ben'] as const satisfies (keyof Screens)[];

/** What has just changed is read from the store once more. */
export const untilKnown = (t: TestWorld, screens: Screens): Promise<void> =>
  eventually(async () => {
    for (const name of allScreens) expect(await isKnown(t, screens[name])).toBe(true);
  });

export const stillKnown = async (t: TestWorld, screens: Screens): Promise<string[]> => {
  const known = [];
  for (const name of allScreens) if (await isKnown(t, screens[name])) known.push(name);
  return known;
};

/** Ana on her TV and phone, Ben on her TV; their profiles are known. `code`: of Ana's login. */
export const household = async (t: TestWorld) => {
  const tv = await t.signIn(t.device('tv'), 'ana');
  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  // Adobe's rate limit is by address.
  const ben = await t.signIn(t.device('tv', { address: '203.0.113.77' }), 'ben');
  const code = await logIn(t, tv, 'ana', 'Cablevision');
  await logIn(t, ben, 'ben', 'Dish');
  await untilKnown(t, { tv, phone, ben });
  return { tv, phone, ben, code };
};

export type Household = Awaited<ReturnType<typeof household>>;

const denied = (code: string) => ({
  kind: 'body',
  body: JSON.stringify({
    decisions: [
      {
        resource: 'REF30',
        serviceProvider: 'REF30',
        mvpd: 'Cablevision',
        authorized: false,
        source: 'mvpd',
        error: { action: 'authentication', status: 403, code, message: 'Log in again.' },
      },
    ],
  }),
});

const session = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };

const partner = {
  'ap-partner-framework-status': Buffer.from(
    JSON.stringify({
      frameworkPermissionInfo: { accessStatus: 'granted' },
      frameworkProviderInfo: { id: 'Cablevision', expirationDate: String(Date.now() + 3_600_000) },
    }),
  ).toString('base64'),
};

const notify = (t: TestWorld, json: Record<string, string>) =>
  request({ method: 'POST', url: `${t.adminOrigin}/invalidations`, json });

/** An operator's notice about the account of a viewer. */
export const notifyAbout = async (t: TestWorld, device: Device) =>
  notify(t, { account: String((await device.send('/me')).body['sub']) });

interface Row {
  readonly what: string;
  act(t: TestWorld, home: Household): Promise<unknown>;
  /** Whose profiles are known afterwards in the process where it happened, and in the others. */
  readonly here: string[];
  readonly elsewhere: string[];
}

const row = (what: string, act: Row['act'], here: string[], elsewhere = here): Row => ({
  what,
  act,
  here,
  elsewhere,
});

/** What drops what: docs/known-answers.md. */
export const whatDropsWhat: readonly Row[] = [
  row('nothing', async () => undefined, ['tv', 'phone', 'ben']),
  row('a session on her TV', (_, { tv }) => tv.createSession(session), ['ben']),
  row('a session on his', (_, { ben }) => ben.createSession(session), ['tv', 'phone']),
  row('a code of her TV that succeeded', (_, { tv, code }) => tv.profileByCode(code), ['ben']),
  row(
    'partner sign-on on her TV',
    (_, { tv }) => tv.call('/REF30/sessions/sso/Apple', { method: 'POST', form: {}, headers: partner }),
    [],
  ),
  row('her logout on the phone', (_, { phone }) => phone.logout('Cablevision', 'https://adobe.com'), ['ben']),
  row(
    'a permit on her TV',
    (_, { tv }) => tv.authorize('Cablevision', ['REF30']),
    ['phone', 'ben'],
    [...allScreens],
  ),
  row('preauthorization', (_, { tv }) => tv.preauthorize('Cablevision', ['REF30']), ['tv', 'phone', 'ben']),
  row(
    'authenticated_profile_missing on her TV',
    async (t, { tv }) => {
      const fault = denied('authenticated_profile_missing');
      await t.control.fault({ match: { operation: 'decisions.preauthorize' }, times: 1, fault });
      await tv.preauthorize('Cablevision', ['REF30']);
    },
    ['ben'],
  ),
  row(
    'authorization_denied_by_session_invalidated on her TV',
    async (t, { tv }) => {
      const fault = denied('authorization_denied_by_session_invalidated');
      await t.control.fault({ match: { operation: 'decisions.authorize' }, times: 1, fault });
      await tv.authorize('Cablevision', ['REF30']);
    },
    ['ben'],
  ),
  row('a notice about an MVPD, whose profile may be among them', (t) => notify(t, { mvpd: 'Dish' }), []),
  row('a notice about her account', (t, { phone }) => notifyAbout(t, phone), ['ben']),
];
