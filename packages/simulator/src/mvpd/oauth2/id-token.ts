import { SignJWT } from 'jose';
import type { Clock } from '#src/lib/clock';
import type { Keys } from '../keys.ts';
import type { Session } from '../sessions.ts';
import type { OAuthMvpd } from './agreement.ts';

const lifetime = 600;

/** The ID token; its hba_status tells Adobe whether the login was home-based. */
export const signIdToken = async (
  { session, mvpd, issuer }: { session: Session; mvpd: OAuthMvpd; issuer: string },
  { keys, clock }: { keys: Keys; clock: Clock },
): Promise<string> => {
  const now = Math.floor(clock.now() / 1000);
  const claims = {
    sub: session.userId,
    auth_time: Math.floor(session.startedAt / 1000),
    hba_status: String(session.atHome),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(mvpd.authentication.client.clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(await keys.of(mvpd.id).privateKey());
};
