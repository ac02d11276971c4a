import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { switchesSchema } from '#src/adobe-pass/switches';
import { type Adobe, startAdobe } from './client.ts';

let world: Adobe;
beforeAll(async () => {
  world = await startAdobe();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.post('/_control/reset', {}));

describe('switches in the control API', () => {
  test('lists them, changes those named, and restores them on reset', async () => {
    expect((await world.adobe('/_control/switches')).body).toEqual(switchesSchema.parse({}));
    const { body } = await world.set({ maxResources: 7 });
    expect(body).toEqual(switchesSchema.parse({ maxResources: 7 }));
    await world.post('/_control/reset', {});
    expect((await world.adobe('/_control/switches')).body).toMatchObject({ maxResources: 5 });
  });

  test.each([[{ nonsense: true }], [{ deviceInfo: 'sometimes' }], [{ maxResources: 0 }]])(
    'refuses %j and changes nothing',
    async (wrong) => {
      const reply = await world.adobe('/_control/switches', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(wrong),
      });
      expect(reply.status).toBe(400);
      expect(Object.keys(wrong).every((name) => String(reply.body['error']).includes(name))).toBe(true);
      expect((await world.adobe('/_control/switches')).body).toEqual(switchesSchema.parse({}));
    },
  );

  test('has the same effect as setting them at start-up', async () => {
    await using own = await startAdobe({ switches: { maxResources: 1 } });
    expect((await own.adobe('/_control/switches')).body).toMatchObject({ maxResources: 1 });
  });
});
