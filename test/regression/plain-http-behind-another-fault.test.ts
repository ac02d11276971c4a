import { expect, test } from 'vitest';
import { checkSettings } from '#src/config/check';
import { faultText } from '#src/config/faults/fault';
import { minimalSettings } from '../support/minimal-settings.ts';

test('in production insecureHttp hides no address that is not https', () => {
  const insecure = minimalSettings({
    production: true,
    insecureHttp: true,
    publicOrigin: 'http://gateway.tv',
    adobe: { origin: 'http://sp.auth.adobe.com' },
  });
  const { faults, warnings } = checkSettings(insecure);
  expect(faults.map(faultText)).toEqual([
    'publicOrigin  must be https  → write https://gateway.tv',
    'adobe.origin  must be https  → write https://sp.auth.adobe.com',
    'insecureHttp  is not allowed in production',
  ]);
  expect(warnings).toEqual([]);
});
