import { expect, test } from 'vitest';
import { checkSettings } from '#src/config/check';
import { faultText } from '#src/config/faults/fault';

test('a TempPass is told once, and by providers that verify addresses', () => {
  const promotional = [
    { mvpd: 'Promo', identifier: { from: 'email', providers: ['google', 'nobody'] } },
    { mvpd: 'Promo', identifier: { from: 'email', providers: ['facebook'] } },
  ];
  const settings = {
    publicOrigin: 'https://sso.ref.example',
    tempPass: { promotional },
    identityProviders: [
      { id: 'google', kind: 'google', label: 'Google', clientId: 'g', clientSecret: 's' },
      { id: 'facebook', kind: 'facebook', label: 'Facebook', clientId: '1', clientSecret: 's' },
    ],
    families: [
      { id: 'ref', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.ref.example' } },
    ],
    apps: [{ id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 's1' }],
  };
  expect(checkSettings(settings).faults.map(faultText)).toEqual([
    'tempPass.promotional[1].mvpd  "Promo" is used twice',
    'tempPass.promotional[0].identifier.providers[1]  identity provider "nobody" does not exist',
    'tempPass.promotional[1].identifier.providers[0]  "facebook" does not say whether an address is verified',
  ]);
});
