import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { KeySettings } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { signAwsRequest } from './aws-signature.ts';
import type { Signer } from './ports.ts';
import { unfit } from './public-key.ts';

export type KmsSettings = NonNullable<KeySettings['kms']>;

interface Deps {
  readonly settings: KmsSettings;
  readonly clock: Pick<Clock, 'now'>;
}

/** Keys that stay where they are made: a service that answers AWS KMS `Sign` and `GetPublicKey` signs for us. */
export interface Kms {
  /** What it signs is verified before it is believed. Errors of `sign`: gateway_service_token_unavailable. */
  signer(keyId: string, publicKey: KeyObject): Signer;
  /** Errors: keys_invalid. */
  publicKey(keyId: string): Promise<KeyObject>;
}

const algorithm = 'RSASSA_PKCS1_V1_5_SHA_256';
const longestAnswer = 32_768;

const base64 = z
  .string()
  .max(8_192)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);
const signAnswer = z.object({ Signature: base64 });
const publicKeyAnswer = z.object({
  PublicKey: base64,
  KeyUsage: z.literal('SIGN_VERIFY'),
  SigningAlgorithms: z.array(z.string()).refine((names) => names.includes(algorithm)),
});

export const createKms = ({ settings, clock }: Deps): Kms => {
  const call = createCall({ settings, clock });
  return {
    signer: (keyId, publicKey) => ({
      sign: async (bytes) => {
        try {
          const digest = createHash('sha256').update(bytes).digest('base64');
          const asked = { KeyId: keyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: algorithm };
          const { Signature } = signAnswer.parse(await call('Sign', asked));
          const signature = Buffer.from(Signature, 'base64');
          if (!verify('sha256', bytes, publicKey, signature)) throw new Error('KMS signed with another key');
          return signature;
        } catch (cause) {
          throw fail('gateway_service_token_unavailable', { detail: 'KMS did not sign', cause });
        }
      },
    }),
    publicKey: async (keyId) => {
      try {
        const { PublicKey } = publicKeyAnswer.parse(await call('GetPublicKey', { KeyId: keyId }));
        return createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' });
      } catch (cause) {
        const what = `gave no public key for ${keyId} that signs ${algorithm}: check id, credentials and region`;
        throw unfit('keys.kms', what, cause);
      }
    },
  };
};

type Operation = 'Sign' | 'GetPublicKey';

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Tried again once after a failed connection, a timeout, a throttle or a failure of theirs. */
const createCall = ({ settings, clock }: Deps) => {
  const attempt = async (operation: Operation, input: object): Promise<Answer> => {
    const url = new URL('/', settings.origin);
    const body = JSON.stringify(input);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    };
    const scope = { region: settings.region, service: 'kms', now: clock.now() };
    const { host: _, ...signed } = signAwsRequest({ method: 'POST', url, headers, body }, settings, scope);
    const signal = AbortSignal.timeout(settings.timeout);
    const response = await fetch(url, { method: 'POST', headers: signed, body, redirect: 'error', signal });
    return { status: response.status, text: await bounded(response) };
  };
  return async (operation: Operation, input: object): Promise<unknown> => {
    const first = await attempt(operation, input).catch(() => undefined);
    const { status, text } = first && !isPassing(first) ? first : await attempt(operation, input);
    if (status !== 200) throw new Error(`KMS ${operation}: status ${status}`);
    return JSON.parse(text);
  };
};

const isPassing = ({ status, text }: Answer): boolean =>
  status >= 500 || status === 429 || (status === 400 && text.includes('ThrottlingException'));

const bounded = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > longestAnswer) throw new Error('KMS answered at length');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};
