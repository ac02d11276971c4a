import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operationTable } from '#src/rest-v2/operations';
import { samples } from '../adobe-pass/samples.ts';
import { type ScriptedAdobe, session, startScriptedAdobe } from '../adobe-pass/scripted-adobe.ts';
import { type ListedOperation, listedOperations } from '../rest-v2/adobe-openapi.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const code = '8ER640M';
/** What the client knows for each parameter, header and member of Adobe's OpenAPI files. */
const known: Readonly<Record<string, string>> = {
  ...{ serviceProvider: 'REF30', mvpd: 'Cablevision', partner: 'Apple', code },
  ...{ redirectUrl: 'https://adobe.com', domainName: 'adobe.com', profile: 'default' },
  SAMLResponse: 'PFJlc3BvbnNlLz4=',
  'ap-device-identifier': 'fingerprint YS10dg==',
  'x-device-info': Buffer.from('{"model":"TV","osName":"Linux"}').toString('base64'),
  'ap-partner-framework-status': 'e30=',
  'ap-temppass-identity': 'e30=',
  'ap-visitor-identifier': 'visitor',
  'adobe-subject-token': 'a.b.c',
  'ad-service-token': 'a.b.c',
  accept: 'application/json',
  'user-agent': 'client/1.0',
};

const valuesOf = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]])));

/** A request with all that the file lists for the operation, and nothing else. */
const requestOf = ({ endpoint, query, headers, contentType, body }: ListedOperation) => {
  const [method = '', template = ''] = endpoint.split(' ');
  const search = new URLSearchParams(valuesOf(query)).toString();
  const path = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => known[name] ?? '');
  const asJson = contentType === 'application/json';
  return {
    method: method as 'GET' | 'POST',
    path: `${path}${search && `?${search}`}`,
    headers: valuesOf(headers),
    ...(contentType && (asJson ? { json: { resources: ['news'] } } : { form: valuesOf(body) })),
  };
};

let t: TestWorld;
let adobe: ScriptedAdobe;
let app: Device;
beforeAll(async () => {
  adobe = await startScriptedAdobe();
  t = await startGateway();
  await t.reconfigure({ adobe: { origin: adobe.origin, throttle: { perSecond: 1000, burst: 1000 } } });
  app = t.device('tv');
  await app.register();
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await adobe[Symbol.asyncDispose]();
});

const send = ({ path, headers, ...more }: ReturnType<typeof requestOf>) => {
  const authorization = `Bearer ${app.tokens?.accessToken}`;
  return request({ ...more, url: `${t.origin}${path}`, headers: { ...headers, authorization } });
};

/** A session with the code that the operations name. */
const createSession = async (): Promise<void> => {
  const notAfter = String(Date.now() + 1_800_000);
  adobe.at('/api/v2/', { body: { ...session, code, notAfter } });
  const [create] = listedOperations.filter(({ endpoint }) =>
    endpoint.endsWith('/{serviceProvider}/sessions'),
  );
  if (create) await send(requestOf(create));
};

const nameOf = ({ endpoint }: ListedOperation): string | undefined =>
  operationTable.find(({ method, path }) => `${method} ${path}` === endpoint)?.name;

test.each(listedOperations.filter((listed) => nameOf(listed)))(
  '$endpoint, called with all that Adobe’s OpenAPI file lists, is answered',
  async (listed) => {
    await createSession();
    adobe.at('/api/v2/', { body: samples[nameOf(listed) ?? ''] });
    const made = requestOf(listed);
    const { status, body } = await send(made);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(adobe.heard.at(-1)).toMatchObject({ method: made.method, path: made.path });
  },
);
