/** Nodes compare times that others have stored: one whose clock is wrong lets tokens expire early. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { createLog } from '#src/observability/logger';
import { createAdminClient } from '../support/admin.ts';
import { eventually } from '../support/eventually.ts';
import { postgresUrl, temporarySchema } from '../support/postgres.ts';
import { startGateway } from '../support/start-gateway.ts';

describe.skipIf(!postgresUrl)('a node on PostgreSQL', () => {
  test.each([
    ['ahead of', 30_000],
    ['behind', -30_000],
  ])('that is %s the database warns, until its clock is set', async (_, wrongBy) => {
    let offset = wrongBy;
    const lines: string[] = [];
    const { url, schema, tls } = temporarySchema({}, onTestFinished);
    await using t = await startGateway({
      settings: { store: { kind: 'postgres', url, schema, tls } },
      overrides: {
        clock: { ...systemClock, now: () => Date.now() + offset },
        log: createLog('info', { write: (line) => void lines.push(line) }),
      },
    });
    const skew = async () => {
      const { text } = await createAdminClient(t.adminOrigin).get('/metrics');
      return Math.round(Number(/^kinpass_clock_skew_seconds (\S+)$/m.exec(text)?.[1]));
    };
    const logged = (what: string) =>
      lines.filter((line) => line.includes(`the clock of this machine ${what}`));
    await eventually(async () => expect(await skew()).toBe(wrongBy / 1_000));
    expect(logged('differs')).toHaveLength(1);
    expect(JSON.parse(String(logged('differs')[0]))).toMatchObject({
      level: 'warn',
      skewSeconds: wrongBy / 1_000,
    });
    offset = 0;
    await eventually(async () => expect(Math.abs(await skew())).toBe(0));
    expect(logged('agrees')).toHaveLength(1);
    expect(logged('differs')).toHaveLength(1);
  });
});
