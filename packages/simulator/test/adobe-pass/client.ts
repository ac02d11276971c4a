import { expect } from 'vitest';
import type { ApiAnswer, Method } from '#src/client/request';
import type { Json, JsonObject } from '#src/lib/json';
import type { SimulatorOptions } from '#src/options';
import { completeForm, redirectUrl, startWorld } from '../world.ts';
import { answerTo } from './answers.ts';

type Headers = Record<string, string | undefined>;

/** A reply that has the form of Adobe's tables, or the test fails. */
const conforming = (method: string, path: string, reply: ApiAnswer): ApiAnswer => {
  const parsed = answerTo(method, path, reply.status).safeParse(reply.body);
  expect(parsed.error, `${method} ${path} → ${reply.status} ${reply.text}`).toBeUndefined();
  return reply;
};

/** The world, and devices whose every answer is held against the tables. */
export const startAdobe = async (options: SimulatorOptions = {}) => {
  const world = await startWorld(options);

  const control = async (path: string, body: object, method: Method = 'POST'): Promise<ApiAnswer> => {
    const reply = await world.adobe(`/_control${path}`, {
      method,
      json: body as Json,
    });
    expect(reply.status, reply.text).toBeLessThan(300);
    return reply;
  };

  const deviceOf = async (app = 'ref30-tv', id = app) => {
    const raw = await world.device(app, id);
    const sp = app.split('-', 1)[0]?.toUpperCase().replace('APASSTEST1', 'apasstest1') ?? '';
    const clean = (headers: Headers = {}) => headers as Record<string, string>;
    const get = async (path: string, headers?: Headers) =>
      conforming('GET', path, await raw.get(`/api/v2/${sp}${path}`, clean(headers)));
    const form = async (path: string, fields: Record<string, string>, headers?: Headers) =>
      conforming('POST', path, await raw.form(`/api/v2/${sp}${path}`, fields, clean(headers)));
    const json = async (path: string, body: object, headers?: Headers) =>
      conforming('POST', path, await raw.json(`/api/v2/${sp}${path}`, body, clean(headers)));

    const logIn = async ({ mvpd = 'Cablevision', user = 'ana', headers = {} as Headers } = {}) => {
      const created = await form('/sessions', { ...completeForm, mvpd }, headers);
      expect(created.body['actionName'], created.text).toBe('authenticate');
      expect((await world.logIn(created, undefined, user)).headers.location).toBe(redirectUrl);
      return created;
    };
    const decide = async (
      operation: 'preauthorize' | 'authorize',
      { resources = ['REF30'], mvpd = 'Cablevision', headers = {} as Headers } = {},
    ) => (await json(`/decisions/${operation}/${mvpd}`, { resources }, headers)).body;
    const profiles = async (path = '', headers: Headers = {}) =>
      (await get(`/profiles${path}`, headers)).body['profiles'] as Record<string, JsonObject>;
    const logOut = async (mvpd = 'Cablevision', headers: Headers = {}) =>
      (await get(`/logout/${mvpd}?redirectUrl=${encodeURIComponent(redirectUrl)}`, headers)).body['logouts'];
    return { raw, sp, get, form, json, logIn, decide, profiles, logOut };
  };

  const set = (switches: object) => control('/switches', switches, 'PUT');
  return { ...world, control, deviceOf, set };
};

export type Adobe = Awaited<ReturnType<typeof startAdobe>>;
export type AdobeDevice = Awaited<ReturnType<Adobe['deviceOf']>>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

/** AP-Partner-Framework-Status of a device whose owner let the framework sign them in at Cablevision. */
export const partnerStatus = (
  now: number,
  { accessStatus = 'granted', id = 'Cablevision', expiresIn = 3_600_000 } = {},
): Headers => ({
  'ap-partner-framework-status': encode({
    frameworkPermissionInfo: { accessStatus },
    frameworkProviderInfo: { id, expirationDate: String(now + expiresIn) },
  }),
});

export const tempPassIdentity = (email = 'someone'): Headers => ({
  'ap-temppass-identity': encode({ email }),
});

export const firstDecision = (body: JsonObject) => (body['decisions'] as JsonObject[])[0] ?? {};
