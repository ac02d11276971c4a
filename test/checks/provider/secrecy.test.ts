import { expect, test } from 'vitest';
import { json } from '../../identity/scripted-op.ts';
import { examine } from './examine.ts';
import { registration, startHostileProvider } from './hostile-provider.ts';

const { clientId } = registration;

test('a provider that sends the secret back does not get it into the report', async () => {
  await using op = await startHostileProvider();
  const clientSecret = 'hunter2';
  op.routes['/token'] = json({ error: clientSecret }, 400);
  op.script.metadata = { issuer: `https://${clientSecret}.example`, scopes_supported: [clientSecret] };
  const config = { kind: 'oidc', issuer: op.origin, clientId, clientSecret };
  const report = JSON.stringify(await examine({ config }));
  expect(report).toContain('[secret]');
  expect(report).not.toContain(clientSecret);
});

test('texts of a provider neither move the cursor nor fill the terminal', async () => {
  await using op = await startHostileProvider();
  op.script.metadata = {
    issuer: `${op.origin}/\u001b[2J\r\nok provider.issuer`,
    scopes_supported: ['openid', 'email', 'profile'],
    id_token_signing_alg_values_supported: Array.from({ length: 500 }, () => 'HS256'),
  };
  const config = { kind: 'oidc', issuer: op.origin, clientId, clientSecret: registration.clientSecret };
  for (const { summary, cure = '', facts = {} } of await examine({ config })) {
    const texts = [summary, cure, ...Object.values(facts).flat().map(String)];
    for (const text of texts) expect(text).not.toMatch(/\p{Cc}/u);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(1_001);
  }
});
