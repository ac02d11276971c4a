import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentedOperations } from '../support/openapi.ts';
import { completeForm } from '../world.ts';
import { type Adobe, type AdobeDevice, partnerStatus, startAdobe, tempPassIdentity } from './client.ts';

/** Points on which Adobe's pages or their samples contradict the OpenAPI documents. Nothing else may deviate. */
const contradictions: readonly (readonly [RegExp, string])[] = [
  [/ (?:decisions\.\d+\.error\.)?message Invalid input: expected object/, 'a message is text on all pages'],
  [
    /^POST \S+\/profiles\/sso\/\{partner\} 201 is not documented$/,
    'the page says 201, its degraded sample 200',
  ],
  [
    /^GET \S+\/profiles\/(?:\{mvpd\}|code\/\{code\}) 403 is not documented$/,
    'the pages answer 403 for an exhausted TempPass',
  ],
  [
    /^POST \S+\/decisions\/\w+\/\{mvpd\} 403 is not documented$/,
    'too_many_resources has status 403 in the catalogue, without saying where',
  ],
  [/ 429 is not documented$/, 'the page on throttling documents 429 for all operations'],
  [/ \S+\.value Invalid input: expected object, received (?:string|array|number|boolean)$/, 'any JSON value'],
  [/ device(?:\.\w+)+ Invalid input: expected \w+, received null$/, 'unknown values are null in the samples'],
  [/ device\.connection\.ipAddress Invalid input: expected object/, 'an address is text in the samples'],
  [/ authenticationRequest is not documented$/, 'a member of a partner session on its page'],
  [/^GET \S+\/configuration 200 (?:device|clientType) is not documented$/, 'the members of the sample'],
  [/^GET \S+\/authenticate\/\S+ (?:302|400|405) is text\/html$/, 'the page says text/html'],
];

let world: Adobe;
let tv: AdobeDevice;
let phone: AdobeDevice;
beforeAll(async () => {
  world = await startAdobe();
  await play();
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const status = () => partnerStatus(world.clock.now());
const degrade = (rule: string) => world.control('/degradation', { rule, mvpd: 'Cablevision' });
const headers = async () => ({ 'ad-service-token': await world.serviceToken() });

const register = async () => {
  await world.post('/o/client/register', { software_statement: 'none' });
  await world.postForm('/o/client/token', { grant_type: 'client_credentials' });
  tv = await world.deviceOf();
  phone = await world.deviceOf('ref40-phone');
};

const signIn = async () => {
  const { body } = await tv.form('/sessions', {});
  await tv.form(`/sessions/${body['code']}`, { domainName: 'adobe.com' });
  await tv.get(`/sessions/${body['code']}`);
  await tv.form(`/sessions/${body['code']}`, completeForm);
  const { body: session } = await tv.logIn({ headers: await headers() });
  await tv.profiles(`/code/${session['code']}`);
  await tv.form('/sessions', completeForm);
  await phone.form('/sessions', completeForm, await headers());
};

const watch = async () => {
  await tv.get('/configuration');
  for (const path of ['', '/Cablevision']) {
    await tv.profiles(path);
    await phone.profiles(path, await headers());
  }
  for (const operation of ['preauthorize', 'authorize'] as const) {
    await tv.decide(operation, { resources: ['REF30', 'unknown'] });
    await tv.decide(operation, { mvpd: 'Dish' });
    await tv.json(`/decisions/${operation}/Cablevision`, { resources: [...'123456'] });
  }
};

const useTempPass = async () => {
  const promotional = { mvpd: 'flexibleTempPass', headers: tempPassIdentity() };
  await tv.form('/sessions', { ...completeForm, mvpd: 'TempPass_TEST40' });
  await tv.decide('authorize', promotional);
  await tv.profiles('/flexibleTempPass', promotional.headers);
  const { body } = await tv.form('/sessions', {});
  await tv.form(`/sessions/${body['code']}`, { ...completeForm, mvpd: 'TempPass_TEST40' });
  await tv.decide('authorize', { mvpd: 'TempPass_TEST40' });
  await world.clock.advance(180_000);
  await tv.decide('authorize', { mvpd: 'TempPass_TEST40' });
  await tv.get('/profiles/TempPass_TEST40');
  await tv.get(`/profiles/code/${body['code']}`);
};

const useFramework = async () => {
  const box = await world.deviceOf('ref30-tv', 'framework');
  const { body } = await box.form('/sessions/sso/Apple', {}, status());
  const { request } = body['authenticationRequest'] as { request: string };
  const order = { mvpd: 'Cablevision', username: 'ana@cablevision.example', authenticationRequest: request };
  const { SAMLResponse } = (await world.control('/partner/saml-response', order)).body;
  await box.form('/profiles/sso/Apple', { SAMLResponse: String(SAMLResponse) }, status());
  await box.form('/sessions/sso/Apple', { domainName: 'adobe.com' });
  await box.form('/profiles/sso/Apple', { SAMLResponse: 'none' }, status());
};

const degraded = async () => {
  await degrade('AuthNAll');
  await tv.form('/sessions', completeForm);
  await tv.profiles('/Cablevision');
  await tv.form('/profiles/sso/Apple', { SAMLResponse: 'PHNhbWw+' }, status());
  await degrade('AuthZNone');
  await tv.decide('authorize');
  await world.control('/degradation', {}, 'DELETE');
};

const signOut = async () => {
  await tv.logOut('Cablevision');
  await tv.logOut('Cablevision');
  await tv.logOut('TempPass_TEST40');
};

/** A request without bearer, one for an unknown service provider, and one with another method. */
const refused = async () => {
  for (const { name } of documentedOperations) {
    const [method, path] = name.split(' ') as ['GET' | 'POST', string];
    const at = (serviceProvider: string) =>
      path
        .replace('{serviceProvider}', serviceProvider)
        .replace(/\{(\w+)\}/g, (_, parameter) => (parameter === 'mvpd' ? 'Cablevision' : 'Apple'));
    await world.adobe(at('REF30'), { method });
    await world.adobe(at('none'), { method, headers: tv.raw.headers });
    await world.adobe(at('REF30'), { method: 'PUT' });
  }
};

const failing = async () => {
  const misconfigured = ['invalid_configuration_user_metadata_certificate'];
  await tv.logIn();
  await world.control('/integrations', { serviceProvider: 'REF30', mvpd: 'Cablevision', misconfigured });
  await tv.get('/profiles');
  const fault = { kind: 'throttle' };
  await world.control('/faults', { match: { operation: 'profiles.all' }, fault });
  await tv.raw.get('/api/v2/REF30/profiles');
};

const play = async () => {
  for (const part of [
    register,
    signIn,
    watch,
    useTempPass,
    useFramework,
    degraded,
    signOut,
    refused,
    failing,
  ])
    await part();
};

const seen = async () =>
  (await world.requests()).flatMap((request) => {
    const operation = documentedOperations.find(({ matches }) => matches(request));
    return operation ? [{ request, operation }] : [];
  });

test('every operation is called, and every status that it documents for clients is returned', async () => {
  const returned = (await seen()).map(({ request, operation }) => `${operation.name} ${request.status}`);
  const served = ['200', '201', '302', '400', '401'];
  // The pages have neither: a browser on its way is redirected, and a logout names a URL.
  const onlyThere = [
    'GET /api/v2/authenticate/{serviceProvider}/{code} 200',
    'GET /api/v2/{serviceProvider}/logout/{mvpd} 302',
  ];
  const expected = documentedOperations.flatMap(({ name, statuses }) =>
    statuses.filter((one) => served.includes(one)).map((one) => `${name} ${one}`),
  );
  expect(expected.filter((one) => !returned.includes(one)).sort()).toEqual(onlyThere);
});

test('responses are as in Adobe’s OpenAPI documents, apart from the known contradictions', async () => {
  const found = (await seen()).flatMap(({ request, operation }) =>
    operation.deviations(request).map((deviation) => `${operation.name} ${deviation}`),
  );
  const unknown = found.filter((one) => !contradictions.some(([pattern]) => pattern.test(one)));
  expect([...new Set(unknown)]).toEqual([]);
  const unused = contradictions.filter(([pattern]) => !found.some((one) => pattern.test(one)));
  expect(unused.map(([, reason]) => reason)).toEqual([]);
});
