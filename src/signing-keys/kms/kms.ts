import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { invalidKeys } from '#src/lib/rsa-key';
import type { Signer } from '../ports.ts';
import { signAwsRequest } from './aws-signature.ts';
import { type CredentialSource, createCredentialSource, type KmsSettings } from './credentials.ts';

interface Deps {
  readonly settings: KmsSettings;
  readonly clock: Pick<Clock, 'now'>;
}

/** A key management service with the AWS KMS operations `Sign` and `GetPublicKey`: private keys never leave it. */
export interface Kms {
  /** Errors: keys_invalid if it cannot be used on this machine. */
  open(): Promise<void>;
  /** Signatures are verified before they are returned. Errors of `sign`: gateway_service_token_unavailable. */
  signer(keyId: string, publicKey: KeyObject): Signer;
  /** Errors: keys_invalid. */
  publicKey(keyId: string): Promise<KeyObject>;
}

const algorithm = 'RSASSA_PKCS1_V1_5_SHA_256';
const maxResponseBytes = 32_768;

const base64 = z
  .string()
  .max(8_192)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);
const signResponse = z.object({ Signature: base64 });
const publicKeyResponse = z.object({
  PublicKey: base64,
  KeyUsage: z.literal('SIGN_VERIFY'),
  SigningAlgorithms: z.array(z.string()).refine((names) => names.includes(algorithm)),
});

export const createKms = ({ settings, clock }: Deps): Kms => {
  const credentials = createCredentialSource(settings);
  const call = createCall({ settings, clock }, credentials);
  return {
    open: credentials.open,
    signer: (keyId, publicKey) => ({
      sign: async (bytes) => {
        try {
          const digest = createHash('sha256').update(bytes).digest('base64');
          const input = { KeyId: keyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm: algorithm };
          const { Signature } = signResponse.parse(await call('Sign', input));
          const signature = Buffer.from(Signature, 'base64');
          if (!verify('sha256', bytes, publicKey, signature))
            throw new Error('the signature does not match the key');
          return signature;
        } catch (cause) {
          throw fail('gateway_service_token_unavailable', { detail: 'KMS did not sign', cause });
        }
      },
    }),
    publicKey: async (keyId) => {
      try {
        const { PublicKey } = publicKeyResponse.parse(await call('GetPublicKey', { KeyId: keyId }));
        return createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' });
      } catch (cause) {
        const problem = `returned no public key for ${keyId} that signs ${algorithm}: check id, credentials and region`;
        throw invalidKeys('keys.kms', problem, cause);
      }
    },
  };
};

type Operation = 'Sign' | 'GetPublicKey';

interface KmsResponse {
  readonly status: number;
  readonly text: string;
}

/** One retry after a connection error, a timeout, throttling or a server error. */
const createCall = ({ settings, clock }: Deps, credentials: CredentialSource) => {
  const attempt = async (operation: Operation, input: object): Promise<KmsResponse> => {
    const url = new URL('/', settings.origin);
    const body = JSON.stringify(input);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    };
    const scope = { region: settings.region, service: 'kms', now: clock.now() };
    const signing = await credentials.current();
    const { host: _, ...signed } = signAwsRequest({ method: 'POST', url, headers, body }, signing, scope);
    const signal = AbortSignal.timeout(settings.timeout);
    const response = await fetch(url, { method: 'POST', headers: signed, body, redirect: 'error', signal });
    return { status: response.status, text: await readBounded(response) };
  };
  return async (operation: Operation, input: object): Promise<unknown> => {
    const first = await attempt(operation, input).catch(() => undefined);
    const { status, text } = first && !isTransient(first) ? first : await attempt(operation, input);
    if (status !== 200) throw new Error(`KMS ${operation}: status ${status}`);
    return JSON.parse(text);
  };
};

const isTransient = ({ status, text }: KmsResponse): boolean =>
  status >= 500 || status === 429 || (status === 400 && text.includes('ThrottlingException'));

const readBounded = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxResponseBytes) throw new Error('the response of KMS is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};
