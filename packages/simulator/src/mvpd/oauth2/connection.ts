import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { Connection } from '../subscribers.ts';
import type { OAuthMvpd } from './agreement.ts';

const claimsSchema = z.object({
  state: z.string(),
  connection_ip: z.string(),
  connection_port: z.string().optional(),
});

/**
 * The device's connection as Adobe reports it: a JWT signed with the client secret, so that a browser cannot claim
 * another household's connection, and bound to one request, so that it cannot be replayed. Null if it is invalid. How
 * Adobe really transmits connectionIp and connectionPort is not documented.
 */
export const readConnection = async (
  token: string | null,
  { mvpd, issuer, state, clock }: { mvpd: OAuthMvpd; issuer: string; state: string; clock: Clock },
): Promise<Connection | null> => {
  if (token === null) return null;
  try {
    const { clientId, clientSecret } = mvpd.authentication.client;
    const { payload } = await jwtVerify(token, Buffer.from(clientSecret), {
      algorithms: ['HS256'],
      issuer: clientId,
      audience: issuer,
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp'],
    });
    const claims = claimsSchema.parse(payload);
    if (claims.state !== state) return null;
    const port = Number(claims.connection_port ?? Number.NaN);
    return { address: claims.connection_ip, port: Number.isInteger(port) ? port : null };
  } catch {
    return null;
  }
};
