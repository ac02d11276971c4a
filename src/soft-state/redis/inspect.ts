import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { openConnection } from './connection.ts';
import { createCompiler, type Script, serverTime } from './script.ts';
import { openSession, reasonOf } from './session.ts';
import type { RedisSettings } from './settings.ts';

/** All that the other scripts do, in a place of its own. Returns the version; nothing before 7.0. */
const tryScript: Script = {
  body: `
redis.call('SET', KEYS[1], text(now), 'PX', 1000)
redis.call('GET', KEYS[1])
redis.call('SPUBLISH', KEYS[1], '')
return redis.REDIS_VERSION or ''`,
};

const times = 9;

export type Inspection =
  | { readonly reached: true; readonly version: string; readonly roundTripMs: number }
  | { readonly reached: false; readonly reason: string };

/** Tries what a node does. Never rejects. */
export const inspectRedis = async (
  settings: RedisSettings,
  { monotonic }: Pick<Clock, 'monotonic'>,
): Promise<Inspection> => {
  const name = `${settings.prefix}:doctor`;
  let reason: string | undefined;
  try {
    const connection = await openConnection({
      open: (events) => openSession(settings, events),
      compile: createCompiler(serverTime),
      timeout: settings.timeout,
      message: () => undefined,
      ended: (why) => {
        reason = why;
      },
    });
    await connection.listen(name);
    const version = z.string().parse(await connection.run(tryScript, [name], []));
    const begun = monotonic();
    for (let time = 0; time < times; time += 1) await connection.run(tryScript, [name], []);
    const roundTripMs = Math.round((monotonic() - begun) / times);
    connection.end('it was tried');
    return { reached: true, version, roundTripMs };
  } catch (error) {
    return { reached: false, reason: reason ?? reasonOf(error) };
  }
};
