import { parse } from 'node:querystring';
import type Koa from 'koa';
import { errors } from 'oidc-provider';
import type { Clock } from '#src/lib/clock';
import type { ArtifactStore } from '#src/stores/expiring-ports';
import type { AdmitPoll } from './device-poll.ts';
import { peekBody } from './peek-body.ts';
import { isPoll } from './redemption-policy.ts';

interface Deps {
  readonly artifacts: Pick<ArtifactStore, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Apps are public clients: their id is all that a request proves. */
  readonly apps: readonly { readonly id: string }[];
  readonly admitPoll: AdmitPoll;
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

/**
 * Answers a device whose code waits for its viewer (RFC 8628 §3.5), which every TV asks every few seconds, without
 * oidc-provider: the code is read once and nothing is written. Resolves to false, with the request as it came, for
 * anything else, also for a poll that is spelled in an unusual way: oidc-provider answers these.
 */
export const createPendingPoll = ({ artifacts, clock, apps, admitPoll }: Deps) => {
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

  return async (
    ctx: Pick<Koa.Context, 'req' | 'status' | 'type' | 'body' | 'set' | 'vary'>,
  ): Promise<boolean> => {
    const poll = await pollOf(ctx);
    if (!poll) return false;
    const now = clock.now();
    // Where the store fails, oidc-provider says so.
    const stored = await artifacts.find('DeviceCode', poll.deviceCode, now).catch(() => undefined);
    const request = { route: 'token', clientId: poll.clientId, now };
    if (!stored || stored.consumedAt !== null || !isPoll('DeviceCode', stored.payload, request)) return false;
    const admitted = await admitPoll(poll.deviceCode);
    ctx.req.resume(); // nobody else reads the body
    ctx.status = 400;
    ctx.type = 'json';
    ctx.set('Cache-Control', 'no-store');
    ctx.vary('Origin');
    ctx.body = admitted ? pending : tooSoon;
    return true;
  };
};

export type PendingPoll = ReturnType<typeof createPendingPoll>;
