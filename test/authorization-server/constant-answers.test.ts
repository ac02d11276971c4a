import { expect, test } from 'vitest';
import { createConstantAnswers } from '#src/authorization-server/provider/constant-answers';
import { startStage } from './stage.ts';

const paths = ['/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

test.for(paths)('%s is answered again as the first time', async (path) => {
  await using stage = await startStage();
  const ask = async (method: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${stage.origin}${path}`, { method, headers });
    const { date: _, connection: __, 'keep-alive': ___, ...rest } = Object.fromEntries(answer.headers);
    return { status: answer.status, headers: rest, body: await answer.text() };
  };
  const first = await ask('GET');
  expect(first.status).toBe(200);
  expect(first.headers['cache-control']).toBe('public, max-age=300');
  expect(await ask('GET')).toEqual(first);
  expect(await ask('GET', { Origin: 'https://app.example', Accept: 'text/html' })).toEqual(first);
  expect(await ask('HEAD')).toEqual({ ...first, body: '' });
});

test('only a GET that succeeded on one of these paths is kept', () => {
  const answered = { method: 'GET', status: 200, body: {}, response: { get: () => 'application/json' } };
  const isKept = (path: string, changes: object = {}) => {
    const answers = createConstantAnswers();
    answers.keep(path, { ...answered, ...changes }, 'route');
    const next = { method: 'GET', path, status: 404, type: '', body: undefined, vary: () => undefined };
    return answers.send(next) === 'route';
  };
  expect(paths.map((path) => isKept(path))).toEqual([true, true, true]);
  expect(isKept('/userinfo')).toBe(false);
  expect(isKept('/jwks', { status: 500 })).toBe(false);
  expect(isKept('/jwks', { method: 'OPTIONS' })).toBe(false);
});
