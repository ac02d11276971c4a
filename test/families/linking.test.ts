import { expect, test } from 'vitest';
import { linkAddressOf, linkRulesOf } from '#src/families/linking';
import { family, provider } from '../support/builders.ts';

const rule = 'dtc https://dtc.example verifiedClaim';
const providers = [provider('dtc'), provider('google'), provider('blog', { emailTrust: 'never' })];

test('the rules are those of the family’s providers, as they are configured now', () => {
  const of = family({ identityProviders: ['dtc', 'blog', 'gone'], linkingMaxAge: 1_000 });
  expect(linkRulesOf(of, providers, 5_000)).toEqual({ authorities: [rule], provenSince: 4_000 });
  expect(linkRulesOf({ ...of, linking: 'none' }, providers, 5_000).authorities).toEqual([]);
});

test.each<[string, { address: string; authority: string | null } | undefined, string | undefined]>([
  [
    'the provider is authoritative',
    { address: 'Ana@Viewers.example', authority: rule },
    'ana@viewers.example',
  ],
  ['there is no address', undefined, undefined],
  ['the provider is not authoritative', { address: 'ana@viewers.example', authority: null }, undefined],
  ['its rule is not one of today', { address: 'ana@viewers.example', authority: 'dtc of before' }, undefined],
  ['the address is not one', { address: 'ana@evil@viewers.example', authority: rule }, undefined],
])('an address may link accounts or not: %s', (_what, email, address) => {
  const found = linkAddressOf(email ? { email } : {}, { authorities: [rule] });
  expect(found).toEqual(address === undefined ? undefined : { address, authority: rule });
});
