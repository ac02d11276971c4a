import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { createWatch, ownProfiles, refreshing, untilRight } from './world/watch.ts';

const preload = join(import.meta.dirname, 'preload/clock.ts');

/** Two gateways whose wall clocks can be set, each through its own file. */
const startClocks = async (): Promise<Gateways & { set(node: number, ahead: number): Promise<void> }> => {
  const folder = join(tmpdir(), `kinpass-clock-${systemIds.uuid()}`);
  const file = (node: number) => `${folder}-${node}`;
  for (const node of [0, 1]) writeFileSync(file(node), '0');
  const world = await startGateways({
    nodes: 2,
    env: (node) => ({ NODE_OPTIONS: `--import ${preload}`, FAULTS_CLOCK: file(node) }),
    settings: { signIn: { pollingInterval: '0s', accessTokenLifetime: '24h' } },
  });
  const set = async (node: number, ahead: number): Promise<void> => {
    writeFileSync(file(node), String(ahead));
    await setTimeout(100);
  };
  return { ...world, set };
};

const [minute, hour] = [60_000, 3_600_000];

/** Expiry uses the wall clock, waiting the monotonic one: no device is blocked, and no token is from the future. */
export const wrongClocks: Fault = {
  id: 'E20',
  name: 'clocks set forward and back by an hour; the clocks of two gateways two minutes apart',
  within: 5_000,
  run: async (size) => {
    await using world = await startClocks();
    const tvs = [await world.withProfile('ana'), await world.withProfile('ben')];
    const reads = await Promise.all(tvs.map(ownProfiles));
    const asks = [...reads, ...tvs.map(refreshing)];
    const watch = createWatch();
    const { control } = world.simulator;
    let fromTheFuture = 0;
    const unverified = { near: 0, far: 0 };
    /** Every response is right by these clocks, and no token that Adobe gets is from the future. */
    const serves = async (ahead: readonly [number, number]): Promise<void> => {
      for (const [node, by] of ahead.entries()) await world.set(node, by);
      control.clearRequests();
      for (let round = 0; round < (size === 'short' ? 1 : 20); round += 1)
        for (const ask of asks) {
          await watch.ask(ask);
          if (size === 'whole') await setTimeout(10);
        }
      const latest = Math.floor((systemClock.now() + Math.max(...ahead)) / 1_000);
      for (const { serviceToken } of control.requests()) {
        if (!serviceToken) continue;
        // A gateway cannot detect by itself that it is an hour off; Adobe then refuses its tokens.
        if (!serviceToken.verified) unverified[Math.abs(ahead[0]) < hour ? 'near' : 'far'] += 1;
        if (Number((serviceToken.claims as { iat?: number } | null)?.iat) > latest) fromTheFuture += 1;
      }
    };
    await serves([0, 0]);
    await serves([minute, -minute]);
    // Clock rate skew of each gateway; a leap second smeared over a day is less.
    await serves([500, -500]);
    await serves([0, 0]);
    if (size === 'whole') {
      await serves([hour, hour]);
      await serves([0, 0]);
      await serves([-hour, -hour]);
      await serves([0, 0]);
    }
    const [ask] = reads;
    const measures: Measure[] = [
      { what: 'service tokens from the future', value: fromTheFuture, most: 0 },
      {
        what: 'service tokens that Adobe refused, clocks two minutes apart',
        value: unverified.near,
        most: 0,
      },
      { what: 'service tokens that Adobe refused, clocks an hour off', value: unverified.far },
    ];
    return watch.figures({ measures, recovery: ask ? await untilRight(ask) : 0 });
  },
};
