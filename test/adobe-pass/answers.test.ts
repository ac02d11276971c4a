import { expect, test } from 'vitest';
import { call, seen, startGatewaySide } from './gateway-side.ts';
import { profiles, type Reply, session } from './scripted-adobe.ts';

const nested = (depth: number) => `{"profiles":{},"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const wrong: readonly (readonly [string, Reply])[] = [
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html>hello</html>' }],
  ['nothing', { body: '' }],
  ['204', { status: 204 }],
  ['half a JSON text', { body: '{"profiles":{' }],
  ['a list', { body: [] }],
  ['null', { body: 'null' }],
  ['a string', { body: '"profiles"' }],
  ['another operation’s answer', { body: session }],
  ['profiles of the wrong type', { body: { profiles: [] } }],
  [
    'a validity in words',
    { body: { profiles: { A: { ...profiles.profiles.Cablevision, notAfter: 'soon' } } } },
  ],
  ['a key that reaches into prototypes', { body: '{"profiles":{},"__proto__":{"polluted":true}}' }],
  ['such a key, deep and spelled otherwise', { body: '{"profiles":{},"x":[{"\\u005f_proto__":1}]}' }],
  ['a depth without sense', { body: nested(100) }],
  ['a depth that no stack bears', { body: nested(100_000) }],
  ['a redirect with an error in it', { status: 302, body: { code: 'found' } }],
];

test.for(wrong)('%s is not REST V2', async ([, reply]) => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', reply);
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_answer_invalid' });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('unknown keys, types and codes are Adobe’s to add', async () => {
  await using side = await startGatewaySide();
  const [news] = [{ ...profiles.profiles.Cablevision, type: 'newKindOfSSO', later: { a: [1] } }];
  const body = { profiles: { Cablevision: news }, added: true };
  side.adobe.at('/api', { body });
  expect(seen(await side.pass.getProfiles(call))).toEqual({ status: 200, body });
});

test.for([
  [
    400,
    { action: 'none', status: 400, code: 'invalid_parameter_mvpd', message: 'no', helpUrl: 'x', trace: 't' },
  ],
  [403, { action: 'authentication', status: 403, code: 'temporary_access_duration_limit_exceeded' }],
  [500, { action: 'none', status: 500, code: 'internal_server_error', message: {} }],
  [405, { code: 'something_new' }],
] as const)('an enhanced error with status %i is handed on', async ([status, body]) => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', { status, body });
  expect(seen(await side.pass.getProfile({ ...call, mvpd: 'Cablevision' }))).toEqual({ status, body });
});

test.for([
  ['404 in HTML', 404, '<html>'],
  ['400 in OAuth’s words', 400, { error: 'invalid_request' }],
] as const)('%s is a refusal that keeps its status', async ([, status, body]) => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', { status, body });
  const refused = { code: 'gateway_adobe_refused', status, action: 'none' };
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject(refused);
});

test('500 in HTML is an Adobe out of reach', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', { status: 500, body: '<html>' });
  await expect(side.pass.getProfiles(call)).rejects.toMatchObject({ code: 'gateway_adobe_unreachable' });
});

test('a failure is not remembered', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api', { body: '<html>' }, { body: profiles });
  await expect(side.pass.getProfiles(call)).rejects.toThrow();
  expect((await side.pass.getProfiles(call)).status).toBe(200);
});
