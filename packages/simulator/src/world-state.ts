import { z } from 'zod';
import type { Json } from '#src/lib/json';
import type { Party } from '#src/party';
import type { SeededIds } from '#src/seeded';
import type { ServiceTokens } from '#src/service-tokens';
import { createStateFile, readStateFile, unreadable } from '#src/state-file';
import type { WorldClock } from '#src/world-clock';

const savedSchema = z.object({
  serviceTokenKeys: z.json(),
  parties: z.record(z.string(), z.json()),
  /** Milliseconds that the simulated clock is ahead of the real one. */
  ahead: z.number().nonnegative().default(0),
  /** Position in the sequence of seeded ids. */
  idsTaken: z.int().nonnegative().default(0),
});

interface Deps {
  readonly file: string | undefined;
  readonly parties: readonly Party[];
  readonly serviceTokens: Pick<ServiceTokens, 'snapshot' | 'restore'>;
  readonly clock: WorldClock;
  /** Null when ids are random. */
  readonly seededIds: SeededIds | null;
}

export interface WorldState {
  /** Loads the state from the file. Error: store_invalid. */
  restore(): Promise<void>;
  changed(): void;
  /** Writes pending changes. */
  flush(): Promise<void>;
}

/** The state that survives a restart; without a file, none does. */
export const createWorldState = ({ file, parties, serviceTokens, clock, seededIds }: Deps): WorldState => {
  if (file === undefined) return { restore: async () => {}, changed: () => {}, flush: async () => {} };

  const snapshot = (): Json => ({
    serviceTokenKeys: serviceTokens.snapshot(),
    parties: Object.fromEntries(parties.map((party) => [party.name, party.snapshot()])),
    ahead: clock.ahead,
    idsTaken: seededIds?.position ?? 0,
  });
  const { changed, flush } = createStateFile(file, snapshot);

  const restore = async (): Promise<void> => {
    const saved = await readStateFile(file);
    if (saved === null) return;
    try {
      const world = savedSchema.parse(saved);
      clock.set(world.ahead);
      seededIds?.resume(world.idsTaken);
      serviceTokens.restore(world.serviceTokenKeys);
      for (const party of parties) {
        const state = world.parties[party.name];
        if (state !== undefined && state !== null) party.restore(state);
      }
    } catch (cause) {
      throw unreadable(file, cause);
    }
  };
  return { restore, changed, flush };
};
