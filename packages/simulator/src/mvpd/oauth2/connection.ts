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
 * Where Adobe says that the device is connected: a JWT under the client's secret, so that no browser can move into
 * somebody's home, and for one request, so that it cannot be carried over to another. Null for anything else. How
 * Adobe passes connectionIp and connectionPort on is not documented.
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
