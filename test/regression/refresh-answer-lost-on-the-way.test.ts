import { expect, test } from 'vitest';
import { signInDevice, startStage } from '../authorization-server/stage.ts';

test('a device that never got the answer to its refresh asks again after 11 s, and after 30 s', async () => {
  await using stage = await startStage();
  const { refresh_token } = await signInDevice(stage);
  const { body: lost } = await stage.refresh(refresh_token);
  for (const seconds of [11, 19]) {
    await stage.clock.advance(seconds * 1_000);
    const { status, body } = await stage.refresh(refresh_token);
    expect(status).toBe(200);
    expect(body.refresh_token).toBe(lost.refresh_token);
  }
  expect(await stage.authenticate(lost.access_token)).toMatchObject({ viewer: 'ana' });
  expect((await stage.refresh(lost.refresh_token)).status).toBe(200);
});

test('five parts of an app that refresh at once all stay signed in', async () => {
  await using stage = await startStage();
  const { refresh_token } = await signInDevice(stage);
  stage.raceFor('RefreshToken', 5);
  const answers = await Promise.all(Array.from({ length: 5 }, () => stage.refresh(refresh_token)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  expect(await stage.authenticate(answers[0]?.body.access_token)).toMatchObject({ viewer: 'ana' });
});
