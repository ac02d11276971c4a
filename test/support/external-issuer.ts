import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export interface Bend {
  readonly header?: object;
  /** An object, or a JSON text as it is. */
  readonly body?: unknown;
  readonly key?: KeyObject;
  readonly hash?: 'sha256' | 'sha512';
}

/** A compact JWS of anything, properly signed. */
export const signed = (header: object, body: unknown, key: KeyObject, hash = 'sha256'): string => {
  const input = `${encode(header)}.${encode(body)}`;
  return `${input}.${sign(hash, Buffer.from(input), key).toString('base64url')}`;
};

export const rsaPair = (modulusLength = 2048, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });

type Pair = ReturnType<typeof rsaPair>;

export const jwkOf = ({ publicKey }: Pair, more: object): object => ({
  ...publicKey.export({ format: 'jwk' }),
  alg: 'RS256',
  use: 'sig',
  ...more,
});

/** An identity service beside the gateway: it signs service tokens and publishes its keys on loopback. */
export const startExternalIssuer = async ({ now, pair = rsaPair() }: { now: () => number; pair?: Pair }) => {
  const site = {
    /** How often the keys were asked for. */
    reads: 0,
    keys: [jwkOf(pair, { kid: 'ext-1' })],
    /** What is answered instead of the keys. */
    answer: undefined as { status: number; body: string } | undefined,
  };
  const server = createServer((_request, response) => {
    site.reads += 1;
    const { status, body } = site.answer ?? { status: 200, body: JSON.stringify({ keys: site.keys }) };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = 'https://identity.programmer.example';
  const claims = (changes: object = {}) => {
    const iat = Math.floor(now() / 1000);
    return { iss: issuer, sub: 'viewer-1', aud: 'adobe', iat, exp: iat + 600, jti: 'one', ...changes };
  };
  return {
    site,
    issuer,
    jwks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    pair,
    claims,
    /** A good token, with other claims. */
    token: (changes: object = {}): string =>
      signed({ alg: 'RS256', typ: 'JWT', kid: 'ext-1' }, claims(changes), pair.privateKey),
    /** A token with anything in it, signed properly unless by another key. */
    bent: ({ header = {}, body = claims(), key = pair.privateKey, hash }: Bend): string =>
      signed({ alg: 'RS256', typ: 'JWT', kid: 'ext-1', ...header }, body, key, hash),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export type ExternalIssuer = Awaited<ReturnType<typeof startExternalIssuer>>;
