import { createHash } from 'node:crypto';
import type { Receivers, User } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import { seconds } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { BrowserSessions } from '../browser-session.ts';
import { present } from '../id-tokens.ts';
import type { Delivery, EventRequest, SentEvent } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import type { Outbox } from '../outbox.ts';
import type { People } from '../people.ts';
import type { Signer } from '../signer.ts';
import type { GoogleGrants } from './grants.ts';
import type { GoogleSwitches } from './switches.ts';

const risc = 'https://schemas.openid.net/secevent/risc/event-type/';
const oauth = 'https://schemas.openid.net/secevent/oauth/event-type/';

/** https://developers.google.com/identity/protocols/risc#supported_event_types */
const eventTypes = {
  'sessions-revoked': `${risc}sessions-revoked`,
  'tokens-revoked': `${oauth}tokens-revoked`,
  'token-revoked': `${oauth}token-revoked`,
  'account-disabled': `${risc}account-disabled`,
  'account-enabled': `${risc}account-enabled`,
  'account-credential-change-required': `${risc}account-credential-change-required`,
  verification: `${risc}verification`,
} as const;

type Kind = keyof typeof eventTypes;
export const riscKinds = Object.keys(eventTypes) as Kind[];

/** Unlike the issuer of its ID tokens, this one ends with a slash. */
const issuerOf = (origin: string): string => `${origin}/`;

/** https://accounts.google.com/.well-known/risc-configuration */
export const riscConfiguration = (origin: string, jwks: string): JsonObject => ({
  issuer: issuerOf(origin),
  jwks_uri: origin + jwks,
  delivery_methods_supported: ['https://schemas.openid.net/secevent/risc/delivery-method/push'],
});

interface Deps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly origin: string;
  readonly clientId: string;
  readonly receivers: Receivers;
  readonly signer: Signer;
  readonly people: People;
  readonly sessions: BrowserSessions;
  readonly grants: GoogleGrants;
  readonly switches: GoogleSwitches;
  readonly outbox: Outbox;
}

/** A refresh token is identified by its first 16 characters or its double hash. */
const tokenSubject = ({ grants }: Deps, user: User, details: JsonObject): JsonObject => {
  if (typeof details['token'] === 'string') return { token_type: 'refresh_token', ...details };
  const token = grants.refreshTokens.live().findLast(({ value }) => value.user.id === user.id)?.handle;
  if (!token)
    throw fail('gateway_parameter_invalid', {
      field: 'user',
      hint: `${user.id} has no refresh token at Google; set details.token.`,
    });
  grants.revoke(token);
  const sha512 = (data: string | Buffer) => createHash('sha512').update(data).digest();
  return details['token_identifier_alg'] === 'prefix'
    ? { token_type: 'refresh_token', token_identifier_alg: 'prefix', token: token.slice(0, 16) }
    : {
        token_type: 'refresh_token',
        token_identifier_alg: 'hash_base64_sha512_sha512',
        token: sha512(sha512(token)).toString('base64'),
      };
};

/** The effect at Google. */
const applyEvent = ({ sessions, grants, switches }: Deps, kind: Kind, user: User): void => {
  const others = switches.disabledUsers.filter((id) => id !== user.id);
  if (kind === 'sessions-revoked' || kind === 'account-disabled') sessions.end(user.id);
  if (kind === 'tokens-revoked' || kind === 'account-disabled') grants.revokeAll(user);
  if (kind === 'account-disabled') switches.disabledUsers = [...others, user.id];
  if (kind === 'account-enabled') switches.disabledUsers = others;
};

const eventOf = (deps: Deps, kind: Kind, user: User | null, details: JsonObject): JsonObject => {
  if (kind === 'verification') return { state: 'simulated', ...details };
  if (!user) throw fail('gateway_parameter_invalid', { field: 'user', hint: `${kind} needs a user.` });
  if (kind === 'token-revoked')
    return { subject: { subject_type: 'oauth_token', ...tokenSubject(deps, user, details) } };
  const subject = { subject_type: 'iss-sub', iss: issuerOf(deps.origin), sub: user.google.subject };
  return { subject, ...details };
};

const rejectionOf = ({ status }: Delivery): string | undefined =>
  status === 202 ? undefined : `Google expects 202 Accepted, not ${status}.`;

/** Security event tokens (RFC 8417), pushed (RFC 8935): no `exp`, no `nonce`, one event each. */
export const createRisc =
  (deps: Deps) =>
  async (request: EventRequest): Promise<SentEvent> => {
    const { clock, ids, origin, clientId, receivers, signer, people, outbox } = deps;
    const kind = oneOf(riscKinds, request.kind, 'kind');
    const user = request.user === undefined ? null : people.named(request.user);
    const claims = present({
      iss: issuerOf(origin),
      aud: request.audience ?? clientId,
      iat: seconds(clock.now()),
      jti: ids.uuid(),
      events: { [eventTypes[kind]]: eventOf(deps, kind, user, request.details ?? {}) },
      ...request.claims,
    });
    const body = await signer.sign(claims, { typ: 'secevent+jwt', flaw: request.flaw });
    if (user) applyEvent(deps, kind, user);
    return outbox.post({
      kind,
      user: user?.id ?? null,
      to: request.to ?? receivers.googleRisc,
      body,
      claims,
      contentType: 'application/secevent+jwt',
      rejectionOf,
    });
  };
