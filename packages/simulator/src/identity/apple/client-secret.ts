import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import type { AppleClient } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import type { Fields } from '../form.ts';
import { AppleError } from './model.ts';

/** Six months in seconds: no client secret may live longer. */
const longest = 15_777_000;

interface Deps {
  readonly clock: Clock;
  readonly origin: string;
  readonly client: AppleClient;
}

/**
 * The client secret is a JWT that the client signs itself, ES256, with the key that it was given
 * (https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret).
 */
export const createClientCheck = ({ clock, origin, client }: Deps) => {
  const key = createPublicKey(client.privateKey);
  const verify = async (secret: string): Promise<void> => {
    const now = clock.now();
    const { payload, protectedHeader } = await jwtVerify(secret, key, {
      // Libraries know the real address by heart.
      audience: [origin, 'https://appleid.apple.com'],
      algorithms: ['ES256'],
      issuer: client.teamId,
      subject: client.clientId,
      currentDate: new Date(now),
      requiredClaims: ['iat', 'exp'],
    });
    if (protectedHeader.kid !== client.keyId) throw new Error('another key');
    if ((payload.exp ?? 0) - seconds(now) > longest) throw new Error('valid for more than six months');
  };

  /** Error: AppleError. */
  return async ({ client_id: id, client_secret: secret }: Fields): Promise<void> => {
    if (id !== client.clientId) throw new AppleError('invalid_client', 'client_id is unknown');
    await verify(secret ?? '').catch((error: unknown) => {
      // Apple says nothing but invalid_client; a stand-in may help more.
      throw new AppleError(
        'invalid_client',
        error instanceof Error ? error.message : 'client_secret is wrong',
      );
    });
  };
};

export type ClientCheck = ReturnType<typeof createClientCheck>;
