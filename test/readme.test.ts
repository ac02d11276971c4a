import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultsIn, review } from './support/review.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, sample = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];

test("the README's kinpass.yaml is refused as it stands: each value that is not yours, by name", async () => {
  const faults = await faultsIn(sample);
  expect(faults.map((fault) => fault.split(/ {2}/)[1])).toEqual([
    'publicOrigin',
    'identityProviders[0].issuer',
    'identityProviders[0].clientSecret',
    'identityProviders[0].emailTrust.authoritativeDomains[0]',
    'identityProviders[1].clientId',
    'identityProviders[1].clientSecret',
    'identityProviders[2].clientId',
    'identityProviders[2].clientSecret',
    'families[0].serviceToken.issuer',
    'apps[0].softwareStatement',
    'apps[1].softwareStatement',
    'apps[1].redirectUris[0]',
    'apps[1].corsOrigins[0]',
  ]);
  for (const fault of faults) expect(fault).toMatch(/^kinpass\.yaml:\d+:\d+ {2}.* {2}is a placeholder/);
});

test('with those values filled in it is a complete configuration', async () => {
  let statements = 0;
  const filled = sample
    .replaceAll('example.com', 'news.example')
    .replaceAll(/set KINPASS_\w+/g, 'a-real-secret')
    .replaceAll(/1234(567890)?(?=\.|")/g, '99817')
    .replaceAll(/the software statement from .*/g, () => `statement-${++statements}`);
  const { config, faults, warnings } = await review(filled);
  expect([faults, warnings]).toEqual([[], []]);
  expect(config?.production).toBe(true);
  expect(config?.apps.map(({ id }) => id)).toEqual(['news-tv', 'sports-web']);
});
