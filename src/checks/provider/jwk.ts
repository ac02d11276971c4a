import type { SigningAlgorithm } from '#src/identity/verify-id-token';
import { membersOf, type Reading } from './ask.ts';

/** A key of a key set (RFC 7517 §4), none of its members checked. */
export type Jwk = Readonly<Record<string, unknown>>;

/** The keys of a key set; undefined if the answer is none. Members that are no objects become empty keys. */
export const jwksOf = (reading: Reading): readonly Jwk[] | undefined => {
  const { keys } = membersOf(reading);
  if (!Array.isArray(keys)) return undefined;
  return keys.map((key: unknown) => (typeof key === 'object' && key !== null ? { ...key } : {}));
};

/** The kid, for messages; the place in the set where there is none. */
export const nameOf = ({ kid }: Jwk, index: number): string =>
  typeof kid === 'string' && /^[\w.:=/+-]{1,80}$/.test(kid) ? `Key ${kid}` : `Key number ${index + 1}`;

/** RFC 7518 §3.1, RFC 8037 §3.1: key type and curve of each algorithm that is accepted. */
const shapes: Readonly<Record<SigningAlgorithm, (key: Jwk) => boolean>> = {
  RS256: ({ kty }) => kty === 'RSA',
  PS256: ({ kty }) => kty === 'RSA',
  ES256: ({ kty, crv }) => kty === 'EC' && crv === 'P-256',
  EdDSA: ({ kty, crv }) => kty === 'OKP' && crv === 'Ed25519',
};

/** Whether the key may verify tokens of this algorithm. */
export const fits = (key: Jwk, algorithm: SigningAlgorithm): boolean =>
  shapes[algorithm](key) &&
  (key['use'] === undefined || key['use'] === 'sig') &&
  (key['alg'] === undefined || key['alg'] === algorithm) &&
  (!Array.isArray(key['key_ops']) || key['key_ops'].includes('verify'));

/** Why tokens of a signing key are refused, as words that follow its name. */
export const weakness = ({ kty, use, n, e }: Jwk): string | undefined => {
  if (kty !== 'RSA' || use === 'enc' || typeof n !== 'string') return undefined;
  const bits = bitsOf(n);
  if (bits < 2_048) return `has ${bits} bits`;
  return e === 'AQAB' ? undefined : 'has another exponent than 65537';
};

const bitsOf = (base64url: string): number => {
  const bytes = Buffer.from(base64url, 'base64url');
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24;
};

/** RFC 7518 §6: members that only the owner may know. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The development key that ships with oidc-provider: its private half is public. */
const developmentKid = 'keystore-CHANGE-ME';

export const publishedSecret = (key: Jwk): string | undefined => {
  const members = privateMembers.filter((name) => key[name] !== undefined);
  if (members.length > 0) return `is published with its secret part (${members.join(', ')})`;
  return key['kid'] === developmentKid
    ? 'is the development key of oidc-provider, whose private half is public'
    : undefined;
};

/** RFC 7518 §3.1 and §4.1: the key types of an algorithm, by how its name begins. */
const typesOf: readonly (readonly [prefix: RegExp, types: readonly string[], use: 'sig' | 'enc'])[] = [
  [/^(RS|PS)\d/, ['RSA'], 'sig'],
  [/^ES\d/, ['EC'], 'sig'],
  [/^Ed/, ['OKP'], 'sig'],
  [/^RSA/, ['RSA'], 'enc'],
  [/^ECDH/, ['EC', 'OKP'], 'enc'],
];

export const wrongUse = ({ kty, use, alg, n, e, x }: Jwk): string | undefined => {
  if (typeof kty !== 'string') return 'has no kty';
  if (kty === 'RSA' ? typeof n !== 'string' || typeof e !== 'string' : kty !== 'oct' && typeof x !== 'string')
    return 'is incomplete';
  const [, types, purpose] = typesOf.find(([prefix]) => prefix.test(String(alg))) ?? [];
  if (types && !types.includes(kty)) return `is of type ${kty}, which is not for ${alg}`;
  return purpose && use !== undefined && use !== purpose
    ? `says use: ${use}, which is not for ${alg}`
    : undefined;
};
