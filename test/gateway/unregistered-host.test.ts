import { expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { unregisteredHost } from '#src/gateway/unregistered-host';
import { minimalSettings } from '../support/minimal-settings.ts';

test.each([
  ['its own domain', ['sso.tv.example'], []],
  ['a domain above', ['tv.example'], []],
  ['another domain', ['adobe.com'], ['REF30 lacks sso.tv.example']],
])('%s', (_what, domains, expected) => {
  const registeredDomains = { serviceProviders: [{ id: 'REF30', domains }] };
  const settings = minimalSettings({ publicOrigin: 'https://sso.tv.example', adobe: { registeredDomains } });
  const found = unregisteredHost(parseConfig(settings));
  expect(found.map(({ message }) => message.split(',')[0])).toEqual(expected);
});
