import { defaultFixtures } from '@kinpass/simulator';
import { expect, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { parseConfig } from '#src/config/load';
import { startSimulatedProviders } from '../../identity/simulated.ts';
import { examine, redOf } from './examine.ts';

test('the providers of the demo pass every check, but for what Google does not publish', async () => {
  await using simulator = await startSimulatedProviders();
  const publicOrigin = 'http://gateway.example';
  const ports = { publicPort: 8080, adminPort: 8081 };
  const input = demoConfig({ fixtures: defaultFixtures, origins: simulator.origins, publicOrigin, ...ports });
  const { families } = parseConfig(input);
  const reports = input.identityProviders.map(async ({ id, ...config }) => {
    const results = await examine({ config: { id, ...config }, families, publicOrigin });
    expect(results.filter(({ verdict }) => verdict === 'skipped')).toEqual([]);
    return [id, redOf(results)];
  });
  expect(Object.fromEntries(await Promise.all(reports))).toEqual({
    dtc: {},
    google: { 'provider.auth-time': 'warning' },
    facebook: {},
  });
});
