import type { Device } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { mvpdsIn } from '#src/rest-v2/mvpds';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway } from '../support/start-gateway.ts';

const picker = {
  mvpds: [{ id: 'AdobeShibboleth', kind: 'test' as const }],
  rules: [{ apps: ['ref30-tv'], hide: ['Dish'], order: ['Spectrum'] }],
} satisfies ConfigInput['picker'];

/** The demo's app for TVs, with further settings. */
const withApp = (settings: Record<string, unknown>, changes: object): Record<string, unknown> => ({
  picker,
  apps: (settings['apps'] as { id: string }[]).map((app) =>
    app.id === 'ref30-tv' ? { ...app, ...changes } : app,
  ),
});

const configurationOf = (device: Device, headers = {}) => device.call('/REF30/configuration', { headers });
const idsIn = (body: unknown): string =>
  mvpdsIn(body)
    .map(({ id }) => id)
    .join(' ');

test('an app gets the configuration as Adobe sends it, whatever the picker shows', async () => {
  await using t = await startGateway({ settings: { picker } });
  const tv = t.device('tv');
  await tv.register();
  const { body } = await configurationOf(tv);
  const sent = reachedAdobe(await t.control.requests()).at(-1)?.response?.body;
  expect(JSON.stringify(body)).toBe(sent);
  expect(idsIn(body)).toBe(
    'Cablevision Dish Spectrum AdobeShibboleth ValleyTel TempPass_TEST40 flexibleTempPass',
  );
});

test('an app that asks for it gets what its picker shows, in that order, and the rest as it is', async () => {
  await using t = await startGateway();
  await t.reconfigure(withApp(t.settings, { filterConfiguration: true }));
  const tv = t.device('tv');
  await tv.register();
  const { body } = await configurationOf(tv);
  expect(idsIn(body)).toBe('Spectrum Cablevision ValleyTel');
  expect(body).toMatchObject({ requestor: { id: 'REF30', domains: expect.any(Array) } });
  expect(mvpdsIn(body)[1]).toMatchObject({ displayName: 'Optimum' });
});

test('a rule for a country applies to devices that a trusted proxy says are there', async () => {
  const abroad = { rules: [{ countries: ['ES'], hide: ['*'], show: ['Dish'] }] };
  await using t = await startGateway({ settings: { public: { countryHeader: 'CF-IPCountry' } } });
  await t.reconfigure({ ...withApp(t.settings, { filterConfiguration: true }), picker: abroad });
  const tv = t.device('tv');
  await tv.register();
  const inCountry = async (country: string) =>
    idsIn((await configurationOf(tv, { 'cf-ipcountry': country })).body);
  expect(await inCountry('es')).toBe('Dish');
  expect(await inCountry('US')).toBe('AdobeShibboleth Dish Cablevision Spectrum ValleyTel');
  await t.reconfigure({
    ...withApp(t.settings, { filterConfiguration: true }),
    picker: abroad,
    trustedProxies: [],
  });
  expect(await inCountry('es')).not.toBe('Dish');
});
