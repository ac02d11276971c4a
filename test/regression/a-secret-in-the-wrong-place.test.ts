import { expect, test } from 'vitest';
import { compareSettings } from '#src/config/settings/compare-settings';
import { effectiveSettings, shownValue } from '#src/config/settings/effective-settings';

/** Each `secret` stands where an operator who is in a hurry writes it. */
const hurried = (secret: string) => ({
  publicOrigin: `https://operator:${secret}@sso.example.com`,
  admin: { tokens: [secret] },
  keys: { passphrase: [secret], kms: secret },
  identityProviders: [
    secret,
    {
      id: 'news',
      kind: 'oidc',
      issuer: `https://kinpass:${secret}@id.example.com`,
      clientSecret: { secret },
    },
  ],
  home: { redirect: `https://${secret}@example.com/` },
  apps: [{ redirectUris: [`https://operator:${secret}@app.example.com/in`] }],
});

test('a secret in the place of a section, or in a URL, is not shown', () => {
  const shown = effectiveSettings(hurried('S3cret')).map(shownValue);
  expect(JSON.stringify(shown)).not.toContain('S3cret');
  expect(shown).toContain('https://********@sso.example.com');
});

test('an empty list is shown as one', () => {
  const tokens = effectiveSettings({}).find(({ path }) => path.join('.') === 'admin.tokens');
  expect(tokens && shownValue(tokens)).toEqual([]);
});

test('a comparison shows neither of two such secrets, only that they differ', () => {
  const sideOf = (secret: string) => {
    const input = hurried(secret);
    return { input, settings: effectiveSettings(input) };
  };
  const differences = compareSettings(sideOf('S3cret'), sideOf('0ther'));
  expect(differences.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['publicOrigin', 'admin.tokens', 'keys.kms', 'identityProviders[0]']),
  );
  expect(JSON.stringify(differences)).not.toMatch(/S3cret|0ther/);
});
