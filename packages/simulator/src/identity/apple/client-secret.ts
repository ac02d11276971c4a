import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { AppleClient } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import type { Fields } from '../form.ts';
import { AppleError } from './model.ts';

/** Maximum lifetime of a client secret: six months, in seconds. */
const maxLifetime = 15_777_000;

interface Deps {
  readonly clock: Clock;
  readonly origin: string;
  readonly client: AppleClient;
}

/**
 * The client secret is a JWT that the client signs with its own key, ES256
 * (https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret).
 */
export const createClientCheck = ({ clock, origin, client }: Deps) => {
  const key = createPublicKey(client.privateKey);
  const verify = async (secret: string): Promise<void> => {
    const now = clock.now();
    const { payload, protectedHeader } = await jwtVerify(secret, key, {
      // Client libraries hard-code the real issuer.
      audience: [origin, 'https://appleid.apple.com'],
      algorithms: ['ES256'],
      issuer: client.teamId,
      subject: client.clientId,
      currentDate: new Date(now),
      requiredClaims: ['iat', 'exp'],
    });
    if (protectedHeader.kid !== client.keyId) throw new Error('signed with another key');
    if ((payload.exp ?? 0) - seconds(now) > maxLifetime) throw new Error('valid for more than six months');
  };

  /** Error: AppleError. */
  return async ({ client_id: id, client_secret: secret }: Fields): Promise<void> => {
    if (id !== client.clientId) throw new AppleError('invalid_client', 'client_id is unknown');
    await verify(secret ?? '').catch((error: unknown) => {
      // Apple returns invalid_client without a reason; the simulator is more helpful.
      throw new AppleError(
        'invalid_client',
        error instanceof Error ? error.message : 'client_secret is invalid',
      );
    });
  };
};

export type ClientCheck = ReturnType<typeof createClientCheck>;
