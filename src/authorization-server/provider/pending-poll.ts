import { parse } from 'node:querystring';
import type Koa from 'koa';
import { errors } from 'oidc-provider';
import type { Clock } from '#src/lib/clock';
import type { Admission } from '../deps.ts';
import { factsOf } from '../request-facts.ts';
import type { AdmitPoll } from './device-poll.ts';
import type { FindIssue } from './find-issue.ts';
import { peekBody } from './peek-body.ts';
import { isPoll } from './redemption-policy.ts';

interface Deps {
  readonly findIssue: FindIssue;
  readonly clock: Pick<Clock, 'now'>;
  /** Apps are public clients: their id is all that a request proves. */
  readonly apps: readonly { readonly id: string }[];
  readonly admitPoll: AdmitPoll;
  readonly admission: Admission;
}

interface Poll {
  readonly clientId: string;
  readonly deviceCode: string;
}

/** The bytes that oidc-provider answers with. */
const bodyOf = ({ error, error_description }: errors.OIDCProviderError): Buffer =>
  Buffer.from(JSON.stringify({ error, error_description }));

const pending = bodyOf(new errors.AuthorizationPending());
const tooSoon = bodyOf(new errors.SlowDown());

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const plainForm = /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i;
/** Of clients that take JSON, as they spell it. */
const acceptsJson = new Set(['', '*/*', 'application/json', 'application/json, text/plain, */*']);
/** Clients that prove who they are, in one way or another. */
const credentials = ['authorization', 'dpop', 'oauth-client-attestation', 'oauth-client-attestation-pop'];

type Answered = Pick<Koa.Context, 'req' | 'status' | 'type' | 'body' | 'set' | 'vary'>;

const respond = (ctx: Answered, body: Buffer): true => {
  ctx.req.resume(); // nobody else reads it
  ctx.status = 400;
  ctx.type = 'json';
  ctx.set('Cache-Control', 'no-store');
  ctx.vary('Origin');
  ctx.body = body;
  return true;
};

/**
 * Answers a device whose code waits for its viewer (RFC 8628 §3.5), which every TV asks every few seconds, without
 * oidc-provider: the code is read once and nothing is written. Resolves to false, with the request as it came, for
 * anything else, also for a poll that is spelled in an unusual way: oidc-provider answers these.
 *
 * While this process is overloaded a poll is told to slow down, unread: a device would give up on any other error (RFC 8628
 * §3.5). Errors: gateway_overloaded, for anything else, at a greater load.
 */
export const createPendingPoll = ({ findIssue, clock, apps, admitPoll, admission }: Deps) => {
  const known = new Set(apps.map(({ id }) => id));

  const pollOf = async ({ req }: Pick<Koa.Context, 'req'>): Promise<Poll | undefined> => {
    const { accept = '', 'content-type': type = '' } = req.headers;
    const usual = acceptsJson.has(accept) && plainForm.test(type);
    if (!usual || credentials.some((name) => req.headers[name] !== undefined)) return undefined;
    const body = await peekBody(req);
    if (!body?.includes('device_code=')) return undefined;
    const form = parse(body);
    const { client_id: clientId, device_code: deviceCode, grant_type: grantType } = form;
    if (Object.keys(form).length !== 3 || grantType !== deviceGrant) return undefined;
    if (typeof clientId !== 'string' || typeof deviceCode !== 'string' || !known.has(clientId))
      return undefined;
    return { clientId, deviceCode };
  };

  return async (ctx: Answered): Promise<boolean> => {
    const poll = await pollOf(ctx);
    if (!poll) {
      const refusal = admission.refusal('other');
      if (refusal) throw refusal;
      return false;
    }
    if (admission.refusal('poll')) return respond(ctx, tooSoon);
    const now = clock.now();
    // Where the store fails, oidc-provider says so.
    const key = { model: 'DeviceCode', id: poll.deviceCode };
    const stored = (await findIssue(factsOf(ctx), key).catch(() => undefined))?.artifact;
    const request = { route: 'token', clientId: poll.clientId, now };
    if (!stored || stored.consumedAt !== null || !isPoll('DeviceCode', stored.payload, request)) return false;
    return respond(ctx, (await admitPoll(poll.deviceCode)) ? pending : tooSoon);
  };
};

export type PendingPoll = ReturnType<typeof createPendingPoll>;
