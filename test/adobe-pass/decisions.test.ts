import { expect, test } from 'vitest';
import { call, seen, startGatewaySide } from './gateway-side.ts';

const permit = (resource: string) => ({ resource, authorized: true, source: 'mvpd' });
const deny = (resource: string, code: string, action: string) => ({
  resource,
  authorized: false,
  source: 'mvpd',
  error: { action, status: 403, code, message: 'no' },
});
const flaky = (resource: string) => deny(resource, 'network_received_error', 'retry');
const refused = (resource: string) => deny(resource, 'authorization_denied_by_mvpd', 'none');

const question = { ...call, mvpd: 'Cablevision', resources: ['a', 'b', 'c', 'd'] };
const path = '/api/v2/REF30/decisions/';

test.for(['preauthorize', 'authorize'] as const)(
  '%s asks again for the resources that say so',
  async (name) => {
    await using side = await startGatewaySide();
    side.adobe.at(
      path,
      { body: { decisions: [permit('a'), flaky('b'), refused('c'), flaky('d')] } },
      { body: { decisions: [flaky('d'), permit('b')] } },
      { body: { decisions: [permit('d')] } },
    );
    const answer = await side.meanwhile(side.pass[name](question));
    expect(answer.body).toEqual({ decisions: [permit('a'), permit('b'), refused('c'), permit('d')] });
    expect(side.adobe.heardAt(path).map(({ body }) => JSON.parse(body))).toEqual([
      { resources: ['a', 'b', 'c', 'd'] },
      { resources: ['b', 'd'] },
      { resources: ['d'] },
    ]);
  },
);

test('after two repeats the error stands', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(path, { body: { decisions: [flaky('a')] } });
  const answer = await side.meanwhile(side.pass.authorize({ ...question, resources: ['a'] }));
  expect(answer.body).toEqual({ decisions: [flaky('a')] });
  expect(side.adobe.heardAt(path)).toHaveLength(3);
});

test('a whole answer that asks for a retry is asked again whole', async () => {
  await using side = await startGatewaySide();
  const { error } = flaky('a');
  side.adobe.at(path, { status: 403, body: error }, { body: { decisions: [permit('a')] } });
  const answer = await side.meanwhile(side.pass.authorize({ ...question, resources: ['a'] }));
  expect(seen(answer)).toEqual({ status: 200, body: { decisions: [permit('a')] } });
});

test('a repeat that fails leaves what was known', async () => {
  await using side = await startGatewaySide();
  const first = { decisions: [permit('a'), flaky('b')] };
  side.adobe.at(path, { body: first }, { status: 500, body: '<html>' });
  const answer = await side.meanwhile(side.pass.authorize({ ...question, resources: ['a', 'b'] }));
  expect(seen(answer)).toEqual({ status: 200, body: first });
});

test('a resource that was not asked for is not asked again', async () => {
  await using side = await startGatewaySide();
  side.adobe.at(path, { body: { decisions: [flaky('else')] } });
  await side.meanwhile(side.pass.authorize({ ...question, resources: ['a'] }));
  expect(side.adobe.heardAt(path)).toHaveLength(1);
});

test('other errors are handed on as they are', async () => {
  await using side = await startGatewaySide();
  const body = { action: 'configuration', status: 403, code: 'too_many_resources', message: 'too many' };
  side.adobe.at(path, { status: 403, body });
  expect(seen(await side.pass.preauthorize(question))).toEqual({ status: 403, body });
});
