import { setTimeout } from 'node:timers/promises';
import { request } from '@kinpass/simulator/client';
import { decodeProtectedHeader } from 'jose';
import { runKinpass } from '../../test/support/run-kinpass.ts';
import { trustKeys } from '../../test/support/start-workers.ts';
import type { Fault, Measure } from './fault.ts';
import { type Gateways, startGateways } from './world/gateways.ts';
import { type Ask, createWatch, ownProfiles, untilRight, wrong } from './world/watch.ts';

/** A command of the operator; the key id comes last, since it may begin with a dash. */
const keys = async (world: Gateways, args: readonly string[], key?: string): Promise<string> => {
  const command = ['keys', ...args, '--config', world.settingsFile(0), ...(key ? ['--', key] : [])];
  await using run = runKinpass(command);
  if ((await run.ended) !== 0) throw new Error(`kinpass ${command.join(' ')}: ${run.output}`);
  return run.output;
};

/** The newest one in this state. */
const findKey = async (world: Gateways, state: string): Promise<string> => {
  const list = await keys(world, ['list']);
  const [, key] = [...list.matchAll(new RegExp(`^(\\S+) +${state} `, 'gm'))].at(-1) ?? [];
  if (!key) throw new Error(`no key is ${state}:\n${list}`);
  return key;
};

const publishedKeys = async ({ origin }: Gateways): Promise<string[]> => {
  const { body } = await request({ url: `${origin}/.well-known/service-token-jwks.json` });
  return (body['keys'] as { kid: string }[]).map(({ kid }) => kid);
};

/** A key is published before it signs, and until its last token has expired. */
export const keyRotation: Fault = {
  id: 'E21',
  name: 'signing keys rotated every few seconds under load, forward and back, two gateways',
  within: 1_000,
  run: async (size) => {
    const rotations = size === 'short' ? 1 : 6;
    await using world = await startGateways({ nodes: 2 });
    const { control } = world.simulator;
    const asks: Ask[] = [];
    for (const user of ['ana', 'ben', 'chloe'] as const)
      asks.push(await ownProfiles(await world.withProfile(user)));
    const watch = createWatch({ excuses: false });
    let unverified = 0;
    let unpublished = 0;
    const signers = new Set<string>();
    const inspect = (published: readonly string[]): void => {
      for (const { serviceToken, headers } of control.requests()) {
        if (!serviceToken) continue;
        const { kid = '' } = decodeProtectedHeader(String(headers['ad-service-token']));
        if (!serviceToken.verified) unverified += 1;
        if (!published.includes(kid)) unpublished += 1;
        signers.add(kid);
      }
      control.clearRequests();
    };

    const load = watch.steadily(
      Array.from({ length: 8 }, (_, lane) => asks[lane % 3]).filter((ask) => !!ask),
      5,
    );
    for (let rotation = 0; rotation < rotations; rotation += 1) {
      const before = await publishedKeys(world);
      await keys(world, ['generate']);
      const draft = await findKey(world, 'draft');
      await keys(world, ['export'], draft);
      await keys(world, ['acknowledge', '--reason', 'rotation'], draft);
      // Adobe reads the key before it signs: both gateways publish it within seconds.
      await untilRight(async () => {
        const both = await Promise.all([publishedKeys(world), publishedKeys(world)]);
        return both.every((list) => list.length > before.length)
          ? { is: 'right', text: '' }
          : wrong('not yet');
      });
      await trustKeys(world.simulator, world.origin);
      inspect(await publishedKeys(world));
      await keys(world, ['activate'], draft);
      await setTimeout(size === 'short' ? 100 : 3_000);
      inspect(await publishedKeys(world));
      if (rotation % 2 === 1) {
        await keys(world, ['activate'], await findKey(world, 'retiring'));
        await setTimeout(size === 'short' ? 100 : 3_000);
        inspect(await publishedKeys(world));
      }
    }
    await load.stop();
    const measures: Measure[] = [
      { what: 'keys used for signing', value: signers.size, least: rotations + 1 },
      { what: 'service tokens that Adobe refused', value: unverified, most: 0 },
      { what: 'service tokens signed by an unpublished key', value: unpublished, most: 0 },
    ];
    return watch.figures({ measures });
  },
};
