import { expect, test } from 'vitest';
import type { RunningGateway } from '#src/cli/gateway-servers';
import { createReloadConfig } from '#src/cli/reload-config';
import { parseConfig } from '#src/config/load';
import { createAuditTrail } from '#src/flows/audit-trail';
import { fail } from '#src/lib/errors';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';
import { minimalSettings } from '../support/minimal-settings.ts';

test('settings that take effect at the next start are in the audit log, and stay in readiness when a reload is refused', async () => {
  const clock = createManualClock();
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const { audit } = createMemoryStores();
  const trail = createAuditTrail({ audit, clock, log });
  const gateway = { actor: 'gateway@test', via: 'gateway', source: null } as const;
  const reloadState: RunningGateway['reloadState'] = { waiting: [], refused: null };
  const start = parseConfig(minimalSettings());
  const files = [
    parseConfig(minimalSettings({ log: { level: 'warn' } })),
    fail('config_invalid', { hint: 'apps  is missing' }),
  ];
  const reload = createReloadConfig({
    file: 'kinpass.yaml',
    start,
    load: async () => {
      const next = files.shift();
      if (!next || next instanceof Error) throw next ?? new Error('nothing left to load');
      return next;
    },
    running: {
      reloadState,
      applyConfig: async () => {},
      recordAction: (action, act, learn) => trail.recordAction(gateway, action, act, learn),
    },
    log,
    clock,
  });
  await reload();
  await reload();
  const [, applied] = await audit.list({ after: 0, limit: 10 });
  expect(applied?.details).toMatchObject({ settings: '', atNextStart: 'log.level' });
  expect(reloadState).toMatchObject({ waiting: ['log.level'], refused: { faults: ['apps  is missing'] } });
});
