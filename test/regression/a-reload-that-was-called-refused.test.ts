import { expect, test } from 'vitest';
import type { RunningGateway } from '#src/cli/gateway-servers';
import { createReloadConfig } from '#src/cli/reload-config';
import { parseConfig } from '#src/config/load';
import { createAuditTrail } from '#src/flows/audit-trail';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';
import { minimalSettings } from '../support/minimal-settings.ts';

// The database was busy when the end of a reload was to be recorded: readiness and log said that the last valid
// configuration remains in effect, while the new one was.
test('a reload that was applied is not called refused, whatever becomes of its entry', async () => {
  const clock = createManualClock();
  const messages: string[] = [];
  const write = (_: object, message: string) => void messages.push(message);
  const log = { debug: write, info: write, warn: write, error: write };
  const { audit } = createMemoryStores();
  const trail = createAuditTrail({
    audit: {
      append: (record) =>
        record.outcome === 'started' ? audit.append(record) : Promise.reject(new Error('busy')),
    },
    clock,
    log,
  });
  const start = parseConfig(minimalSettings());
  const next = parseConfig(minimalSettings({ home: { redirect: 'https://www.example.org/' } }));
  const reloadState: RunningGateway['reloadState'] = { waiting: [], refused: null };
  const applied: unknown[] = [];
  const reload = createReloadConfig({
    file: 'kinpass.yaml',
    load: async () => next,
    start,
    running: {
      reloadState,
      applyConfig: async (config) => void applied.push(config.home.redirect),
      recordAction: (action, act, learn) =>
        trail.recordAction({ actor: 'gateway', via: 'gateway', source: null }, action, act, learn),
    },
    log,
    clock,
  });
  await reload();
  expect(applied).toEqual(['https://www.example.org/']);
  expect(reloadState).toEqual({ waiting: [], refused: null });
  expect(messages).toContain('configuration reloaded');
  expect(messages).toContain('the audit log lacks the outcome of this reload');
});
