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
  /** Milliseconds that the world is ahead of the machine. */
  ahead: z.number().nonnegative().default(0),
  /** Where the sequence of seeded ids goes on. */
  idsTaken: z.int().nonnegative().default(0),
});

interface Deps {
  readonly file: string | undefined;
  readonly parties: () => readonly Party[];
  readonly serviceTokens: Pick<ServiceTokens, 'snapshot' | 'restore'>;
  readonly clock: WorldClock;
  /** Null for ids that are never the same. */
  readonly seeded: SeededIds | null;
}

export interface WorldState {
  /** Puts the world back where the file says it was. Error: store_invalid. */
  restore(): Promise<void>;
  changed(): void;
  /** Writes what is not yet written. */
  flush(): Promise<void>;
}

/** What survives a restart of the whole world; nothing does without a file. */
export const createWorldState = ({ file, parties, serviceTokens, clock, seeded }: Deps): WorldState => {
  if (file === undefined) return { restore: async () => {}, changed: () => {}, flush: async () => {} };

  const snapshot = (): Json => ({
    serviceTokenKeys: serviceTokens.snapshot(),
    parties: Object.fromEntries(parties().map((party) => [party.name, party.snapshot()])),
    ahead: clock.ahead,
    idsTaken: seeded?.position ?? 0,
  });
  const { changed, flush } = createStateFile(file, snapshot);

  const restore = async (): Promise<void> => {
    const saved = await readStateFile(file);
    if (saved === null) return;
    try {
      const world = savedSchema.parse(saved);
      clock.set(world.ahead);
      seeded?.resume(world.idsTaken);
      serviceTokens.restore(world.serviceTokenKeys);
      for (const party of parties()) {
        const state = world.parties[party.name];
        if (state !== undefined && state !== null) party.restore(state);
      }
    } catch (cause) {
      throw unreadable(file, cause);
    }
  };
  return { restore, changed, flush };
};
