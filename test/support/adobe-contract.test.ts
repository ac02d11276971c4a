import type { RecordedRequest } from '@kinpass/simulator';
import { createControl } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { deviationsIn, unexplained } from './adobe-contract.ts';
import { observeContract } from './observe-contract.ts';

const headers = {
  host: 'localhost',
  authorization: 'Bearer token',
  'ap-device-identifier': 'fingerprint YQ==',
  'x-device-info': 'e30=',
};
const base: RecordedRequest = {
  at: '2030-01-01T00:00:00.000Z',
  party: 'adobe',
  operation: '',
  method: 'GET',
  path: '/api/v2/REF30/profiles',
  query: {},
  headers,
  body: null,
  status: null,
  response: null,
  fault: null,
  serviceToken: null,
};
const found = (changes: Partial<RecordedRequest>) => unexplained(deviationsIn([{ ...base, ...changes }]));
const answered = (body: object, status = 200) =>
  found({ status, response: { headers: {}, body: JSON.stringify(body) } });
const decide = (body: string) => {
  const path = '/api/v2/REF30/decisions/authorize/Cablevision';
  return found({ method: 'POST', path, headers: { ...headers, 'content-type': 'application/json' }, body });
};
const create = (body: string, type = 'application/x-www-form-urlencoded') =>
  found({
    method: 'POST',
    path: '/api/v2/REF30/sessions',
    headers: { ...headers, 'content-type': type },
    body,
  });

test('what the files list has no deviation', () => {
  expect(found({})).toEqual([]);
  expect(decide('{"resources":["news"]}')).toEqual([]);
  expect(create('mvpd=Cablevision&domainName=adobe.com')).toEqual([]);
  expect(create('mvpd=Cablevision', 'application/x-www-form-urlencoded;charset=utf-8')).toEqual([]);
  expect(answered({ profiles: {} })).toEqual([]);
});

describe('what they do not list is found', () => {
  const one = (what: string) => [expect.stringMatching(new RegExp(` ${what}`))];
  const { authorization: _, ...anonymous } = headers;
  test.each<[string, string[], string]>([
    ['a path', found({ path: '/api/v2/REF30/none' }), 'request is not documented'],
    ['a method', found({ method: 'PUT' }), 'request is not documented'],
    ['a parameter', found({ query: { x: '1' } }), 'request query x is not documented'],
    ['a header', found({ headers: { ...headers, cookie: 'x' } }), 'request header cookie is not documented'],
    ['no bearer', found({ headers: anonymous }), 'request header authorization is missing'],
    [
      'a service token out of place',
      found({ path: '/api/v2/REF30/profiles/code/A', headers: { ...headers, 'ad-service-token': 'x' } }),
      'request header ad-service-token is not documented',
    ],
    ['a member of a form', create('mvpd=Cablevision&canary=1'), 'request body canary is not documented'],
    ['a member of a body', decide('{"resources":["news"],"x":1}'), 'request body x is not documented'],
    ['a member of another kind', decide('{"resources":"news"}'), 'request body resources Invalid'],
    ['a media type', create('', 'application/json'), 'request body is application/json'],
    ['a status', answered({}, 418), 'response 418 is not documented'],
    ['a member of a response', answered({ profiles: {}, x: 1 }), 'response 200 x is not documented'],
    [
      'a response that is no JSON',
      found({ status: 200, response: { headers: {}, body: '<html>' } }),
      'response 200',
    ],
  ])('%s', (_what, deviations, expected) => expect(deviations).toEqual(one(expected)));
});

test('the browser’s own requests and other paths of Adobe are not judged', () => {
  expect(found({ path: '/api/v2/authenticate/REF30/8ER640M', headers: { cookie: 'x' } })).toEqual([]);
  expect(found({ path: '/adobe-services/logout' })).toEqual([]);
});

describe('after a fault was injected', () => {
  const response = { headers: {}, body: '{"profiles":{},"x":1}' };
  const check = (fault: RecordedRequest['fault']) =>
    observeContract({
      ...createControl('http://localhost'),
      requests: async () => [
        { ...base, status: 503, response, fault: 'status' },
        { ...base, status: 200, response, fault },
      ],
    }).check();

  test('responses that it did not touch are judged as before', async () => {
    await expect(check(null)).rejects.toThrow('response 200 x is not documented');
    await expect(check('delay')).rejects.toThrow('response 200 x is not documented');
  });
  test('responses that it did are not', () => expect(check('body')).resolves.toBeUndefined());
});
