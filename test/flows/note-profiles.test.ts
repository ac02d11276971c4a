import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { Answer, Call } from '#src/adobe-pass/types';
import { createNoteProfiles } from '#src/flows/note-profiles';
import { createTaggedCache } from '#src/lib/tagged-cache';
import { device } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const call: Call = { credentials: { id: 'pair', secret: 's' }, device, serviceProvider: 'REF30' };
const finder = (viewer: string) => ({ viewer, app: 'ref30-tv', instance: 'tv' });

/** Counts how often it is parsed. */
const answerOf = (notAfter: number) => {
  let parsed = 0;
  const text = JSON.stringify({ profiles: { Cablevision: { type: 'regular', notAfter } } });
  const answer: Answer = {
    status: 200,
    bytes: Buffer.from(text),
    get body() {
      parsed += 1;
      return JSON.parse(text);
    },
  };
  return { answer, parsed: () => parsed };
};

const start = (fails = false) => {
  const added: string[] = [];
  const noteProfiles = createNoteProfiles({
    foundProfiles: {
      add: async (viewer, found) => {
        added.push(viewer);
        if (fails) throw new Error('the store is away');
        return [...found];
      },
    },
    clock: createManualClock(),
    log: { warn: () => undefined },
    noted: createTaggedCache<string>(100),
    profileFound: () => undefined,
  });
  return { added, noteProfiles };
};

test('the same answer is parsed and noted once, another one again', async () => {
  const { added, noteProfiles } = start();
  const [first, second] = [answerOf(1_000), answerOf(2_000)];
  for (const { answer } of [first, first, first, second])
    await noteProfiles.note(answer, call, finder('ana'));
  expect([first.parsed(), second.parsed(), added]).toEqual([1, 1, ['ana', 'ana']]);
});

test('viewers who share credentials have each found what they find', async () => {
  const { added, noteProfiles } = start();
  const { answer } = answerOf(1_000);
  for (const viewer of ['ana', 'ben', 'ana']) await noteProfiles.note(answer, call, finder(viewer));
  expect(added).toEqual(['ana', 'ben']);
});

test('it is noted again at another address, when it was forgotten, and when it could not be noted', async () => {
  const { added, noteProfiles } = start();
  const { answer } = answerOf(1_000);
  await noteProfiles.note(answer, call, finder('ana'));
  await noteProfiles.note(answer, { ...call, device: { ...device, address: '192.0.2.9' } }, finder('ana'));
  noteProfiles.forget('ana');
  await noteProfiles.note(answer, call, finder('ana'));
  expect(added).toHaveLength(3);

  const away = start(true);
  await away.noteProfiles.note(answer, call, finder('ana'));
  await away.noteProfiles.note(answer, call, finder('ana'));
  expect(away.added).toHaveLength(2);
});
