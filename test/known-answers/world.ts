import { setImmediate } from 'node:timers/promises';
import type { Answer, Call } from '#src/adobe-pass/types';
import { createKnownAnswers } from '#src/known-answers/known-answers';
import { createPublishDrop } from '#src/known-answers/publish-drop';
import { operations } from '#src/rest-v2/operations';
import type { ChangeKey } from '#src/stores/change-feed';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { countCalls } from '../support/counted-stores.ts';
import { createManualClock } from '../support/manual-clock.ts';

export const minute = 60_000;

/** One Adobe, one store, and any number of processes that hear of changes when they are told to. */
export const createWorld = () => {
  const clock = createManualClock();
  const counted = countCalls(createMemoryStores());
  const { stores } = counted;
  const adobe = { answer: profilesAnswer({}), calls: 0 };

  const startProcess = (name: string, through: Pick<Stores, 'profiles' | 'changes'> = stores) => {
    let position = 0;
    const known = createKnownAnswers({
      settings: { profileFreshness: 5 * minute, configurationFreshness: 3 * minute },
      maxBytes: 1_000_000,
      store: through.profiles,
      clock,
      isUpToDate: () => true,
      process: name,
      publish: createPublishDrop({ stores: through, clock, process: name }),
      unpublished: rethrow,
      unsaved: rethrow,
      lookedUp: () => undefined,
      dropped: () => undefined,
    });
    const ask = async (): Promise<Answer> => {
      adobe.calls += 1;
      return adobe.answer;
    };
    const readingOf = (asker: Asker) => ({ ...asker, input: {}, fresh: false });
    return {
      known,
      /** Until what is learned has been stored, which no reader waits for. */
      read: async (asker = ana, run = ask): Promise<void> => {
        await known.readProfiles({ ...readingOf(asker), operation: operations.getProfiles, run });
        await setImmediate();
      },
      find: (asker = ana) => known.findProfiles(asker),
      /** Whether a read is answered from memory. */
      isKept: async (asker = ana): Promise<boolean> => {
        const before = adobe.calls;
        await known.readProfiles({ ...readingOf(asker), operation: operations.getProfiles, run: ask });
        return adobe.calls === before;
      },
      /** Reads the changes, as every process does twice a second. */
      hear: async (): Promise<void> => {
        for (const change of await stores.changes.since(position, 100)) {
          position = change.position;
          known.changed(change);
        }
      },
    };
  };
  return { clock, stores, take: counted.take, adobe, startProcess };
};

const rethrow = (error: unknown): never => {
  throw error;
};

interface Asker {
  readonly call: Call;
  readonly restsOn: readonly ChangeKey[];
}

const tokenFor = (sub: string): string =>
  ['{"alg":"none"}', JSON.stringify({ iss: 'https://sso.example', sub, aud: 'adobe' }), '']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

/** A viewer on a device. Without an account of the store's, which none of these tests is about. */
export const asker = (changes: Partial<Call> = {}, grant = 'g1'): Asker => ({
  call: {
    credentials: { id: 'pair-1', secret: 's' },
    device: { identifier: 'fingerprint dHY=', info: '', address: '203.0.113.1', headers: {} },
    serviceProvider: 'REF30',
    serviceToken: tokenFor('ana'),
    ...changes,
  },
  restsOn: [
    { kind: 'instance', id: 'i1' },
    { kind: 'sign-in', id: grant },
  ],
});

export const ana = asker();
export { tokenFor };

export const profile = (changes: Record<string, unknown> = {}) => ({
  type: 'regular',
  issuer: 'Cablevision',
  notBefore: 1_000,
  notAfter: Date.UTC(2030, 0, 2),
  attributes: { userID: { value: 'u1', state: 'plain' } },
  ...changes,
});

export const profilesAnswer = (profiles: Record<string, unknown>, status = 200): Answer => ({
  status,
  body: JSON.parse(JSON.stringify({ profiles })),
});
