/**
 * Verifies media tokens: what Adobe Pass signs for a media server to release a stream. This folder owns their form and
 * their checks. It must not know settings, stores or HTTP, so that a media server can use it alone (`kinpass/media-token`).
 */
import { type KeyObject, verify } from 'node:crypto';
import { fingerprint } from '#src/lib/ids';
import { readEnvelope } from './envelope.ts';
import { type MediaToken, readFields } from './fields.ts';

/** The first five are those of Adobe's verifier, which does not notice a token that is used again. */
export type MediaTokenStatus =
  | 'VALID_TOKEN'
  | 'INVALID_TOKEN_FORMAT'
  | 'INVALID_SIGNATURE'
  | 'TOKEN_EXPIRED'
  | 'INVALID_RESOURCE_ID'
  | 'TOKEN_ALREADY_USED';

export type MediaTokenVerification =
  | { readonly status: 'VALID_TOKEN'; readonly token: MediaToken }
  | { readonly status: Exclude<MediaTokenStatus, 'VALID_TOKEN'>; readonly detail: string };

export interface ExpectedMediaToken {
  /** The service provider that plays. */
  readonly requestor: string;
  /**
   * What is about to be played: an id, or the MRSS document of the authorization, unchanged. A function where that depends on the MVPD,
   * which the token names.
   */
  readonly resource: string | ((mvpd: string) => string);
}

export interface MediaTokenOptions {
  /** RSA public keys of Adobe: one of them must have signed. */
  readonly keys: readonly KeyObject[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds added to the lifetime, which already allows for clocks that differ. */
  readonly skew?: number;
  /**
   * Marks an id as used until then, and returns whether it was unused. Must be atomic among all media servers. Without it a token
   * is accepted until it expires.
   */
  readonly useOnce?: (id: string, until: number) => Promise<boolean>;
}

export type VerifyMediaToken = (
  serialized: string,
  expected: ExpectedMediaToken,
) => Promise<MediaTokenVerification>;

/**
 * In the order format, signature, fields, requestor, lifetime, resource, use; nothing is read from a token before its
 * signature is verified. A token of another requestor is INVALID_SIGNATURE, as its detail says. Never rejects because of a
 * token. Source: Adobe Pass, media tokens and Media Token Verifier.
 */
export const createVerifyMediaToken =
  ({ keys, now, skew = 0, useOnce }: MediaTokenOptions): VerifyMediaToken =>
  async (serialized, expected) => {
    const envelope = readEnvelope(serialized);
    if (!envelope) return invalid('INVALID_TOKEN_FORMAT', 'it is not a signature followed by a token');
    const { signature, signed } = envelope;
    if (!keys.some((key) => verify('sha256', signed, key, signature)))
      return invalid('INVALID_SIGNATURE', 'no key verifies the signature');
    const token = readFields(envelope.fields);
    if (!token) return invalid('INVALID_TOKEN_FORMAT', 'a field is missing, repeated or malformed');
    return (
      failureOf(token, expected, now() - skew) ??
      use(token, fingerprint(signature.toString('base64')), useOnce)
    );
  };

const invalid = (
  status: Exclude<MediaTokenStatus, 'VALID_TOKEN'>,
  detail: string,
): MediaTokenVerification => ({ status, detail });

const failureOf = (
  { requestor, resource, mvpd, issuedAt, expiresAt }: MediaToken,
  expected: ExpectedMediaToken,
  now: number,
): MediaTokenVerification | undefined => {
  if (requestor !== expected.requestor) return invalid('INVALID_SIGNATURE', 'it is for another requestor');
  if (now > expiresAt) return invalid('TOKEN_EXPIRED', 'its lifetime is over');
  if (issuedAt - now > expiresAt - issuedAt) return invalid('TOKEN_EXPIRED', 'it is from the future');
  const isExpected =
    resource === (typeof expected.resource === 'string' ? expected.resource : expected.resource(mvpd));
  return isExpected ? undefined : invalid('INVALID_RESOURCE_ID', 'it is for another resource');
};

const use = async (
  token: MediaToken,
  id: string,
  useOnce: MediaTokenOptions['useOnce'],
): Promise<MediaTokenVerification> =>
  useOnce && !(await useOnce(id, token.expiresAt))
    ? invalid('TOKEN_ALREADY_USED', 'it was used before')
    : { status: 'VALID_TOKEN', token };
