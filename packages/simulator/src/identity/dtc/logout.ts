import type { Receivers } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { present } from '../id-tokens.ts';
import type { Delivery, EventRequest, SentEvent } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import type { Outbox } from '../outbox.ts';
import type { People } from '../people.ts';
import type { Signer } from '../signer.ts';
import type { DtcSessions } from './sessions.ts';
import type { DtcSwitches } from './switches.ts';
import { shiftedClaims } from './time.ts';

export const dtcEventKinds = ['backchannel-logout'] as const;

interface Deps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly issuer: string;
  readonly clientId: string;
  readonly receivers: Receivers;
  readonly people: People;
  readonly signer: Signer;
  readonly switches: DtcSwitches;
  readonly outbox: Outbox;
  readonly shift: () => number;
}

const event = 'http://schemas.openid.net/event/backchannel-logout';

/** OpenID Connect Back-Channel Logout 1.0 §2.8. */
const rejectionOf = ({ status }: Delivery): string | undefined =>
  status === 200 || status === 204 ? undefined : `Expected 200, not ${status}.`;

const withSwitches = (claims: JsonObject, { logoutTokenExp, logoutTokenSid }: DtcSwitches): JsonObject =>
  present({
    ...claims,
    ...(!logoutTokenExp && { exp: null }),
    // A logout token must identify someone: without `sub` the session ends.
    ...(!logoutTokenSid && claims['sub'] !== undefined && { sid: null }),
  });

const post = async (
  { receivers, signer, outbox }: Deps,
  claims: JsonObject,
  { user, to, flaw }: Pick<EventRequest, 'to' | 'flaw'> & { user: string | null },
): Promise<SentEvent> => {
  const token = await signer.sign(claims, { typ: 'logout+jwt', flaw });
  return outbox.post({
    kind: dtcEventKinds[0],
    user,
    claims,
    rejectionOf,
    to: to ?? receivers.dtcBackchannelLogout,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ logout_token: token }).toString(),
  });
};

/** Logs a user out administratively: ends the sessions at the provider and notifies the client. */
export const createDtcEvents =
  (deps: Deps & { readonly sessions: () => DtcSessions }) =>
  async (request: EventRequest): Promise<SentEvent> => {
    oneOf(dtcEventKinds, request.kind, 'kind');
    const { clock, ids, issuer, people, switches } = deps;
    const user = people.named(request.user ?? '');
    const audience = request.audience ?? deps.clientId;
    const sids = deps.sessions().sidsOf(user.id, audience);
    await deps.sessions().end(user.id);
    const iat = seconds(clock.now());
    const claims = {
      iss: issuer,
      sub: user.dtc.subject,
      aud: audience,
      iat,
      exp: iat + 120,
      jti: ids.uuid(),
      events: { [event]: {} },
      // Without `sid`, `sub` means all sessions.
      ...(sids.length === 1 && { sid: sids[0] ?? null }),
      ...request.details,
    };
    return post(deps, present({ ...withSwitches(claims, switches), ...request.claims }), {
      user: user.id,
      to: request.to,
      flaw: request.flaw,
    });
  };

/** Sends logout tokens for oidc-provider, whose own fetch rejects loopback addresses. */
export const createLogoutFetch =
  (deps: Deps) =>
  async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const token = new URLSearchParams(String(init?.body ?? '')).get('logout_token') ?? '';
    if (!deps.switches.backchannelLogout) return new Response(null, { status: 204 });
    const claims = withSwitches(shiftedClaims(token, deps.shift()), deps.switches);
    const user = deps.people.all.find(({ dtc }) => dtc.subject === claims['sub'])?.id ?? null;
    const { answer } = await post(deps, claims, { user });
    return new Response(null, { status: answer?.status ?? 504 });
  };
