import type { Receivers, User } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { BrowserSessions } from '../browser-session.ts';
import type { Handles } from '../handles.ts';
import { present } from '../id-tokens.ts';
import type { Delivery, EventRequest, SentEvent } from '../identity-party.ts';
import { oneOf } from '../one-of.ts';
import type { Outbox } from '../outbox.ts';
import type { People } from '../people.ts';
import type { Signer } from '../signer.ts';
import type { AppleConsents } from './consents.ts';
import type { Code, Token } from './model.ts';
import type { AppleSwitches } from './switches.ts';

/** Apple's page spells the last one both ways. */
export const appleEventKinds = [
  'email-enabled',
  'email-disabled',
  'consent-revoked',
  'account-delete',
  'account-deleted',
] as const;

interface Deps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly origin: string;
  readonly clientId: string;
  readonly receivers: Receivers;
  readonly people: People;
  readonly signer: Signer;
  readonly sessions: BrowserSessions;
  readonly consents: AppleConsents;
  readonly codes: Handles<Code>;
  readonly accessTokens: Handles<Token>;
  readonly refreshTokens: Handles<Token>;
  readonly switches: AppleSwitches;
  readonly outbox: Outbox;
}

const rejectionOf = ({ status }: Delivery): string | undefined =>
  status === 200 ? undefined : `Apple expects 200, not ${status}.`;

/** The effect at Apple: the next sign-in counts as the first again. */
const forgetUser = (
  { consents, codes, accessTokens, refreshTokens, sessions }: Deps,
  user: User,
  deleted: boolean,
) => {
  consents.revoke(user.id);
  for (const handles of [codes, accessTokens, refreshTokens])
    handles.spendWhere((value: { user: User }) => value.user.id === user.id);
  if (deleted) sessions.end(user.id);
};

/**
 * https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts:
 * JSON with one member, `payload`, a JWT whose `events` is JSON in a string; its `event_time` is in milliseconds.
 */
export const createAppleEvents =
  (deps: Deps) =>
  async (request: EventRequest): Promise<SentEvent> => {
    const { clock, ids, origin, clientId, receivers, people, signer, switches, outbox } = deps;
    const kind = oneOf(appleEventKinds, request.kind, 'kind');
    const user = people.named(request.user ?? '');
    const iat = seconds(clock.now());
    const aboutEmail: JsonObject = kind.startsWith('email-')
      ? { email: user.apple.relayEmail, is_private_email: switches.stringBooleans ? 'true' : true }
      : {};
    const event = { type: kind, sub: user.apple.subject, event_time: clock.now(), ...aboutEmail };
    const claims = present({
      iss: origin,
      aud: request.audience ?? clientId,
      iat,
      exp: iat + 86_400,
      jti: ids.uuid(),
      events: JSON.stringify({ ...event, ...request.details }),
      ...request.claims,
    });
    const payload = await signer.sign(claims, { flaw: request.flaw });
    if (!kind.startsWith('email-')) forgetUser(deps, user, kind !== 'consent-revoked');
    return outbox.post({
      kind,
      user: user.id,
      claims,
      rejectionOf,
      to: request.to ?? receivers.appleNotifications,
      contentType: 'application/json',
      body: JSON.stringify({ payload }),
    });
  };
