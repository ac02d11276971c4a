import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { type JsonObject, parseJson } from '#src/lib/json';
import type { ProbeStore } from '../ports.ts';
import type { Link } from './link.ts';
import type { Names, Sealing } from './names.ts';
import type { Script } from './script.ts';

const max = 100;

/** A probe is text: when it ends, and what is sealed. */
const rememberScript: Script = {
  body: `
redis.call('LPUSH', KEYS[1], text(now + ARGV[1]) .. ' ' .. ARGV[2])
redis.call('LTRIM', KEYS[1], 0, ARGV[3] - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(ARGV[1], redis.call('PTTL', KEYS[1]))))`,
};
/** Returns those that have not ended. */
const listScript: Script = {
  body: `
local found = {}
for _, probe in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local ends, sealed = string.match(probe, '^(%S+) (%S+)$')
  if tonumber(ends) > now then found[#found + 1] = sealed end
end
return found`,
};

const probeSchema = z.object({ id: z.string(), arrival: z.record(z.string(), z.json()) });

interface Deps {
  readonly link: Link;
  readonly names: Names;
  readonly sealing: Pick<Sealing, 'seal' | 'open'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** While the server is away. */
  readonly own: ProbeStore;
}

/** In one list: there are few, and they are rarely asked for. */
export const createProbes = ({ link, names, sealing, clock, own }: Deps): ProbeStore => ({
  remember: async (probe) => {
    const { id, arrival, expiresAt } = probe;
    const sealed = sealing.seal(JSON.stringify({ id, arrival }), names.probes);
    await link
      .call('probes', rememberScript, [names.probes], [expiresAt - clock.monotonic(), sealed, max])
      .catch(() => own.remember(probe));
  },
  find: async (id, now): Promise<JsonObject | undefined> => {
    try {
      const list = z.array(z.string()).parse(await link.call('probes', listScript, [names.probes], []));
      const probes = list.map((sealed) => probeSchema.parse(parseJson(sealing.open(sealed, names.probes))));
      return probes.find((probe) => probe.id === id)?.arrival;
    } catch {
      return own.find(id, now);
    }
  },
});
