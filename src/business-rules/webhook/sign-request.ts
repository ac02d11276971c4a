import { createHash, createHmac } from 'node:crypto';

export interface SigningKey {
  /** `keyid`: by which the receiver finds the secret. */
  readonly id: string;
  readonly secret: string | Buffer;
}

/** The parts of a message that are signed, by component identifier, in this order. */
type Components = readonly (readonly [component: string, value: string])[];

interface Parameters {
  /** Epoch seconds. */
  readonly created: number;
  readonly nonce?: string;
  readonly alg?: 'hmac-sha256';
  /** What the signature is for. */
  readonly tag?: string;
}

/** Of a body, for the header Content-Digest. Source: RFC 9530 §2. */
export const contentDigest = (body: string): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

/** Values of the headers Signature-Input and Signature, hmac-sha256. Source: RFC 9421 §2.5, §3.1, §3.3.3, §4. */
export const signMessage = (
  components: Components,
  { created, nonce, alg, tag }: Parameters,
  { id, secret }: SigningKey,
  label = 'kinpass',
): { readonly input: string; readonly signature: string } => {
  const names = components.map(([component]) => `"${component}"`).join(' ');
  const texts = Object.entries({ nonce, keyid: id, alg, tag }).filter(([, value]) => value !== undefined);
  const parameters = [`created=${created}`, ...texts.map(([name, value]) => `${name}="${value}"`)];
  const signed = `(${names});${parameters.join(';')}`;
  const base = [
    ...components.map(([component, value]) => `"${component}": ${value}`),
    `"@signature-params": ${signed}`,
  ].join('\n');
  const signature = createHmac('sha256', secret).update(base).digest('base64');
  return { input: `${label}=${signed}`, signature: `${label}=:${signature}:` };
};
