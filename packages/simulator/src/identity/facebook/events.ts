import { z } from 'zod';
import type { IdentityClient, Receivers } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { Handles } from '../handles.ts';
import { present } from '../id-tokens.ts';
import type { Delivery, EventRequest, SentEvent } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import type { Outbox } from '../outbox.ts';
import type { People } from '../people.ts';
import type { SignatureFault } from '../signer.ts';
import type { FacebookApps } from './apps.ts';
import type { Token } from './model.ts';
import { signedRequest } from './signed-request.ts';

export const facebookEventKinds = ['deauthorize', 'data-deletion'] as const;

interface Deps {
  readonly clock: Clock;
  readonly apps: FacebookApps;
  readonly receivers: Receivers;
  readonly people: People;
  readonly tokens: Handles<Token>;
  readonly outbox: Outbox;
}

/** What Facebook shows to the user who requested the deletion. */
const confirmation = z.object({ url: z.url(), confirmation_code: z.string().min(1) });

const rejectionOf: Readonly<
  Record<(typeof facebookEventKinds)[number], (answer: Delivery) => string | undefined>
> = {
  deauthorize: ({ status }) =>
    status >= 200 && status < 300 ? undefined : `Facebook expects success, not ${status}.`,
  'data-deletion': ({ status, body }) => {
    if (status !== 200) return `Facebook expects 200, not ${status}.`;
    return confirmation.safeParse(jsonOf(body)).success
      ? undefined
      : 'Facebook expects JSON with a url and a confirmation_code.';
  },
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const signatureOf = (content: JsonObject, app: IdentityClient, flaw: SignatureFault | undefined): string => {
  const good = signedRequest(app.clientSecret, content);
  const payload = good.slice(good.indexOf('.'));
  if (flaw === undefined) return good;
  if (flaw === 'none') return payload;
  if (flaw === 'badSignature') return `${good.startsWith('A') ? 'B' : 'A'}${good.slice(1)}`;
  if (flaw === 'unpublishedKey') return signedRequest(`not ${app.clientSecret}`, content);
  throw fail('gateway_parameter_invalid', {
    field: 'flaw',
    hint: 'A signed_request is an HMAC: flaw must be one of badSignature, none, unpublishedKey.',
  });
};

/** The callbacks of an app: a form with one field, `signed_request`. The user's tokens for the app become invalid. */
export const createFacebookEvents =
  ({ clock, apps, receivers, people, tokens, outbox }: Deps) =>
  async (request: EventRequest): Promise<SentEvent> => {
    const kind = oneOf(facebookEventKinds, request.kind, 'kind');
    const user = people.named(request.user ?? '');
    const app = apps.byId(request.audience ?? apps.own.clientId);
    if (!app)
      throw fail('gateway_parameter_invalid', {
        field: 'audience',
        hint: 'There is no such app at Facebook.',
      });
    const issuedAt = seconds(clock.now());
    const claims = present({
      algorithm: 'HMAC-SHA256',
      expires: issuedAt + 3600,
      issued_at: issuedAt,
      user_id: apps.userId(app.clientId, user),
      ...request.details,
      ...request.claims,
    });
    const signed = signatureOf(claims, app, request.flaw);
    tokens.spendWhere((token) => token.appId === app.clientId && token.user.id === user.id);
    return outbox.post({
      kind,
      user: user.id,
      claims,
      to: request.to ?? receivers[kind === 'deauthorize' ? 'facebookDeauthorize' : 'facebookDataDeletion'],
      body: new URLSearchParams({ signed_request: signed }).toString(),
      contentType: 'application/x-www-form-urlencoded',
      rejectionOf: rejectionOf[kind],
    });
  };
