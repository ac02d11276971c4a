import { expect, test } from 'vitest';
import { createHeadersOf } from '#src/adobe-pass/headers';
import type { Call } from '#src/adobe-pass/types';
import { authenticate } from '#src/rest-v2/endpoints';
import { operationTable } from '#src/rest-v2/operations';
import { call, type Pass, startGatewaySide } from './gateway-side.ts';
import { headerNames, heardFrom, hostile, sentHeaders } from './sent-headers.ts';

// Spelled out from Adobe's reference pages, one letter per header, independent of the table in src.
const letters: Record<string, string> = {
  a: 'authorization',
  c: 'content-type',
  d: 'ap-device-identifier',
  i: 'x-device-info',
  x: 'x-forwarded-for',
  s: 'ad-service-token',
  j: 'adobe-subject-token',
  r: 'x-roku-reserved-roku-connect-token',
  p: 'ap-partner-framework-status',
  t: 'ap-temppass-identity',
  v: 'ap-visitor-identifier',
  e: 'accept',
  u: 'user-agent',
};

type Run = (pass: Pass, call: Call) => Promise<unknown>;
const code = '8ER640M';
const mvpd = 'Cablevision';
const partner = 'Apple';
const resources = ['news'];

const rows: readonly (readonly [name: string, strict: string, loose: string, path: string, run: Run])[] = [
  [
    'register',
    'ceiu',
    'x',
    '/o/client/register',
    (pass, { device }) => pass.register({ environment: 'default', softwareStatement: 'statement', device }),
  ],
  ['token', 'ceiu', 'x', '/o/client/token', (pass, own) => pass.configuration(own)],
  ['configuration', 'adixeu', '', '/api/v2/REF30/configuration', (pass, own) => pass.configuration(own)],
  [
    'create session',
    'acdixsjrveu',
    '',
    '/api/v2/REF30/sessions',
    (pass, own) => pass.createSession({ ...own, form: { mvpd } }),
  ],
  [
    'resume session',
    'acxveu',
    'di',
    `/api/v2/REF30/sessions/${code}`,
    (pass, own) => pass.resumeSession({ ...own, code, form: { mvpd } }),
  ],
  [
    'session status',
    'axveu',
    'di',
    `/api/v2/REF30/sessions/${code}`,
    (pass, own) => pass.getSession({ ...own, code }),
  ],
  ['profiles', 'adixsjrpveu', '', '/api/v2/REF30/profiles', (pass, own) => pass.getProfiles(own)],
  [
    'profile by MVPD',
    'adixsjrptveu',
    '',
    `/api/v2/REF30/profiles/${mvpd}`,
    (pass, own) => pass.getProfile({ ...own, mvpd }),
  ],
  [
    'profile by code',
    'axtveu',
    'di',
    `/api/v2/REF30/profiles/code/${code}`,
    (pass, own) => pass.getProfileByCode({ ...own, code }),
  ],
  [
    'preauthorize',
    'acdixsjrpveu',
    't',
    `/api/v2/REF30/decisions/preauthorize/${mvpd}`,
    (pass, own) => pass.preauthorize({ ...own, mvpd, resources }),
  ],
  [
    'authorize',
    'acdixsjrptveu',
    '',
    `/api/v2/REF30/decisions/authorize/${mvpd}`,
    (pass, own) => pass.authorize({ ...own, mvpd, resources }),
  ],
  [
    'logout',
    'adixsjrveu',
    '',
    `/api/v2/REF30/logout/${mvpd}`,
    (pass, own) => pass.logOut({ ...own, mvpd, redirectUrl: 'https://adobe.com' }),
  ],
  [
    'partner session',
    'acdixpveu',
    '',
    '/api/v2/REF30/sessions/sso/Apple',
    (pass, own) => pass.createPartnerSession({ ...own, partner, form: {} }),
  ],
  [
    'partner profile',
    'acdixpveu',
    '',
    '/api/v2/REF30/profiles/sso/Apple',
    (pass, own) => pass.createPartnerProfile({ ...own, partner, form: { SAMLResponse: 'PFJlc3BvbnNlLz4=' } }),
  ],
];

const namesOf = (text: string): string[] => [...text].map((letter) => letters[letter] ?? letter).sort();

for (const strictHeaderTable of [true, false]) {
  test.for(rows)(`%s sends its row of the header table, strict: ${strictHeaderTable}`, async (row) => {
    const [, strict, loose, path, run] = row;
    const heard = await heardFrom(path, strictHeaderTable, ({ pass }) => run(pass, hostile));
    expect(headerNames(heard)).toEqual(namesOf(strictHeaderTable ? strict : strict + loose));
    expect(JSON.stringify(heard)).not.toMatch(/canary|6\.6\.6\.6|evil/);
  });

  test.for(operationTable)(
    `$name sends what its row lists, strict: ${strictHeaderTable}`,
    async (operation) => {
      const input = { parameters: { mvpd, code, partner }, body: { resources } };
      const { openApiHeaders = [] } = operation;
      const unlisted = strictHeaderTable ? [] : ['ap-device-identifier', 'x-device-info', ...openApiHeaders];
      expect(await sentHeaders(operation, input, strictHeaderTable)).toEqual(
        [...new Set([...operation.headers, ...unlisted])].sort(),
      );
    },
  );
}

test('the values are the device’s own and the gateway’s', async () => {
  await using side = await startGatewaySide();
  await side.pass.authorize({ ...hostile, mvpd, resources });
  expect(side.adobe.heardAt('/api/v2')[0]?.headers).toMatchObject({
    authorization: 'Bearer token-1',
    'content-type': 'application/json',
    'ap-device-identifier': 'fingerprint YmEyM2QxNDE=',
    'x-device-info': 'eyJtb2RlbCI6IlRWIn0=',
    'x-forwarded-for': '203.0.113.7',
    'ad-service-token': 'header.payload.signature',
    'user-agent': 'TV/1.0',
    'accept-encoding': 'identity',
  });
});

test.for([true, false])(
  'authenticate, a browser’s call, has no header of ours; strict: %s',
  (strictHeaderTable) => {
    const spoken = { ...hostile, accessToken: 'token-1' };
    const headers = createHeadersOf(authenticate, { strictHeaderTable })(spoken);
    expect(headers).toEqual({ 'user-agent': 'TV/1.0' });
  },
);

test('nothing is made up for a device that says nothing', async () => {
  await using side = await startGatewaySide();
  await side.pass.getProfiles({ ...call, device: { address: '2001:db8::1', headers: {} } });
  expect(headerNames(side.adobe.heardAt('/api/v2')[0])).toEqual(namesOf('ax'));
});

const invalidValues: readonly (readonly [string, Partial<Call>, string])[] = [
  [
    'CRLF in the device info',
    { device: { ...call.device, info: 'e30=\r\nad-service-token: x' } },
    'x-device-info',
  ],
  [
    'NUL in the identifier',
    { device: { ...call.device, identifier: 'fingerprint \0' } },
    'ap-device-identifier',
  ],
  [
    'an emoji in the user agent',
    { device: { ...call.device, headers: { 'user-agent': 'TV 📺' } } },
    'user-agent',
  ],
  ['a newline in the service token', { serviceToken: 'a.b.c\n' }, 'ad-service-token'],
  [
    'an address that is none',
    { device: { ...call.device, address: '203.0.113.7, 1.1.1.1' } },
    'x-forwarded-for',
  ],
];

test.for(invalidValues)('%s is refused before anything leaves', async ([, bent, field]) => {
  await using side = await startGatewaySide();
  await expect(side.pass.getProfiles({ ...call, ...bent })).rejects.toMatchObject({ status: 400, field });
  await expect(side.pass.getSession({ ...call, ...bent, code })).rejects.toMatchObject({
    status: 400,
    field,
  });
  expect(side.adobe.heard).toEqual([]);
});
