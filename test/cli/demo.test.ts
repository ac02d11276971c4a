import { defaultFixtures } from '@kinpass/simulator';
import { expect, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { originsAt, portsFrom } from '#src/cli/demo/simulator-ports';
import { parseConfig } from '#src/config/load';

test('the demo, whose passwords everybody knows, listens to this machine only', () => {
  const { public: open, admin } = parseConfig(
    demoConfig({
      fixtures: defaultFixtures,
      origins: originsAt(portsFrom(9090)),
      publicOrigin: 'http://localhost:8080',
      publicPort: 8080,
      adminPort: 8081,
    }),
  );
  expect([open.host, admin.host]).toEqual(['127.0.0.1', '127.0.0.1']);
});
