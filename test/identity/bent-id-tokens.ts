import { type Bend, type Draft, encode, hmacSeal, newSigningKey, seal, withUnusedBit } from './drafts.ts';

const stranger = newSigningKey('one');

const claims =
  (change: (claims: Draft['claims']) => Record<string, unknown>): Bend =>
  (draft) => ({ ...draft, claims: { ...draft.claims, ...change(draft.claims) } });

const set = (changes: Record<string, unknown>): Bend => claims(() => changes);
const header =
  (changes: Record<string, unknown>): Bend =>
  (draft) => ({ ...draft, header: { ...draft.header, ...changes } });
const spelled =
  (change: (text: string) => string): Bend =>
  (draft) =>
    change(seal(draft));
const secondsFromNow = (claim: string, change: number): Bend =>
  claims(({ iat }) => ({ [claim]: Number(iat) + change }));

/** OpenID conformance modules for relying parties and their kin: each of these must be refused. */
export const refused: readonly (readonly [string, Bend])[] = [
  ['wrong iss', set({ iss: 'https://mallory.example' })],
  ['iss with a slash more', claims(({ iss }) => ({ iss: `${iss}/` }))],
  ['iss in capitals', claims(({ iss }) => ({ iss: String(iss).toUpperCase() }))],
  ['iss missing', set({ iss: undefined })],
  ['iss in a list', claims(({ iss }) => ({ iss: [iss] }))],
  ['wrong aud', set({ aud: 'another-client' })],
  ['aud missing', set({ aud: undefined })],
  ['aud empty', set({ aud: [] })],
  ['aud that only contains ours', claims(({ aud }) => ({ aud: `${aud}-2` }))],
  ['extra aud, no azp', claims(({ aud }) => ({ aud: [aud, 'a-trusted-one'] }))],
  ['extra aud, other azp', claims(({ aud }) => ({ aud: [aud, 'mallory'], azp: 'mallory' }))],
  ['untrusted extra aud, azp ours', claims(({ aud }) => ({ aud: [aud, 'mallory'], azp: aud }))],
  [
    'trusted and untrusted extra aud',
    claims(({ aud }) => ({ aud: [aud, 'a-trusted-one', 'mallory'], azp: aud })),
  ],
  ['single aud, other azp', set({ azp: 'mallory' })],
  ['azp that is no text', set({ azp: 7 })],
  ['sub missing', set({ sub: undefined })],
  ['sub empty', set({ sub: '' })],
  ['sub an object', set({ sub: {} })],
  ['sub null', set({ sub: null })],
  ['sub a number', set({ sub: 7 })],
  ['sub of 256 characters', set({ sub: 'x'.repeat(256) })],
  ['sub with a line break', set({ sub: 'ana\r\nX: y' })],
  ['sub with NUL', set({ sub: 'ana\u0000' })],
  ['sub with a line separator', set({ sub: 'ana\u2028' })],
  ['sub with a zero-width space', set({ sub: 'ana\u200b' })],
  ['blank sub', set({ sub: ' ' })],
  ['iat missing', set({ iat: undefined })],
  ['iat a week old', claims(({ iat }) => ({ iat: Number(iat) - 604_800 }))],
  ['iat eleven minutes old', secondsFromNow('iat', -660)],
  ['iat ten minutes ahead', claims(({ iat }) => ({ iat: Number(iat) + 600, exp: Number(iat) + 900 }))],
  ['iat a minute ahead', secondsFromNow('iat', 60)],
  ['iat as text', claims(({ iat }) => ({ iat: String(iat) }))],
  ['exp missing', set({ exp: undefined })],
  ['expired five minutes ago', claims(({ iat }) => ({ iat: Number(iat) - 500, exp: Number(iat) - 300 }))],
  ['expired half a minute ago', claims(({ iat }) => ({ iat: Number(iat) - 60, exp: Number(iat) - 30 }))],
  ['exp before iat', secondsFromNow('exp', -1)],
  ['exp in milliseconds', claims(({ exp }) => ({ exp: Number(exp) * 1000 }))],
  ['exp beyond a month', secondsFromNow('exp', 32 * 86_400)],
  [
    'exp infinite',
    (draft) => ({
      ...draft,
      payload: JSON.stringify({ ...draft.claims, exp: 0 }).replace('"exp":0', '"exp":1e400'),
    }),
  ],
  ['exp equal to iat', claims(({ iat }) => ({ exp: iat }))],
  ['exp as text', claims(({ exp }) => ({ exp: String(exp) }))],
  ['auth_time as text', claims(({ iat }) => ({ auth_time: String(iat) }))],
  ['auth_time in milliseconds', claims(({ iat }) => ({ auth_time: Number(iat) * 1000 }))],
  ['nbf ten minutes ahead', secondsFromNow('nbf', 600)],
  ['nonce missing', set({ nonce: undefined })],
  ['nonce empty', set({ nonce: '' })],
  ['nonce of another request', set({ nonce: 'another' })],
  ['nonce in a list', claims(({ nonce }) => ({ nonce: [nonce] }))],
  ['wrong at_hash', set({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })],
  ['at_hash that is no text', set({ at_hash: {} })],
  ['signed by another key of the same kid', (draft) => ({ ...draft, key: stranger.privateKey })],
  [
    'signature of another token',
    (draft) =>
      `${seal(draft).split('.').slice(0, 2).join('.')}.${seal({ ...draft, claims: {} }).split('.')[2]}`,
  ],
  [
    'claims changed after signing',
    (draft) => {
      const [head, , signature] = seal(draft).split('.');
      return `${head}.${encode({ ...draft.claims, sub: 'ben' })}.${signature}`;
    },
  ],
  ['unknown kid', header({ kid: 'nobody' })],
  ['kid a list', header({ kid: ['one'] })],
  ['alg none, unsigned', (draft) => `${encode({ ...draft.header, alg: 'none' })}.${encode(draft.claims)}.`],
  ['alg none, signed', header({ alg: 'none' })],
  ['HS256 by the client secret', (draft) => hmacSeal(draft, 'a secret: with/odd characters')],
  ['alg said to be RS512', header({ alg: 'RS512' })],
  ['alg said to be PS256', header({ alg: 'PS256' })],
  ['alg missing', header({ alg: undefined })],
  ['typ at+jwt', header({ typ: 'at+jwt' })],
  ['typ application/at+jwt', header({ typ: 'application/at+jwt' })],
  ['typ logout+jwt', header({ typ: 'logout+jwt' })],
  ['typ secevent+jwt', header({ typ: 'secevent+jwt' })],
  ['typ a number', header({ typ: 7 })],
  ['typ empty', header({ typ: '' })],
  ['typ that begins with JWT', header({ typ: 'jwt+x' })],
  [
    'brings its own key',
    (draft) => ({
      ...draft,
      header: { ...draft.header, kid: 'x', jwk: stranger.jwk },
      key: stranger.privateKey,
    }),
  ],
  [
    'names where its key is',
    header({ kid: 'x', jku: 'http://127.0.0.1:9/jwks', x5u: 'http://127.0.0.1:9/' }),
  ],
  ['unknown critical header', header({ crit: ['exp'], exp: 1 })],
  ['unencoded payload', header({ crit: ['b64'], b64: false })],
  ['payload a list', (draft) => ({ ...draft, payload: '[]' })],
  ['payload no JSON', (draft) => ({ ...draft, payload: 'ana' })],
  ['padded', spelled((text) => `${text}==`)],
  ['line break at its end', spelled((text) => `${text}\n`)],
  ['spaces inside', spelled((text) => text.replace('.', ' .'))],
  ['unused bit set', spelled(withUnusedBit)],
  ['three characters short', spelled((text) => text.slice(0, -3))],
  ['two parts', spelled((text) => text.split('.').slice(0, 2).join('.'))],
  ['five parts', spelled((text) => `${text}.a.b`)],
  ['17 KB', set({ pad: 'x'.repeat(17_000) })],
];

/** What a provider may well do: each of these must pass. */
export const accepted: readonly (readonly [string, Bend])[] = [
  ['nothing odd', (draft) => draft],
  ['kid absent, one key', header({ kid: undefined })],
  ['typ absent', header({ typ: undefined })],
  ['typ application/jwt', header({ typ: 'application/jwt' })],
  ['typ in lower case', header({ typ: 'jwt' })],
  ['at_hash absent', set({ at_hash: undefined })],
  ['azp ours', claims(({ aud }) => ({ azp: aud }))],
  ['azp on the list', set({ azp: 'kinpass-on-android' })],
  ['aud a list of one', claims(({ aud }) => ({ aud: [aud] }))],
  ['trusted extra aud, azp ours', claims(({ aud }) => ({ aud: [aud, 'a-trusted-one'], azp: aud }))],
  ['iat twenty seconds ahead', secondsFromNow('iat', 20)],
  ['expired twenty seconds ago', claims(({ iat }) => ({ iat: Number(iat) - 60, exp: Number(iat) - 20 }))],
  ['auth_time and acr', claims(({ iat }) => ({ auth_time: iat, acr: 'gold' }))],
  ['acr that is no text', set({ acr: 7 })],
  ['sub of 255 characters', set({ sub: 'x'.repeat(255) })],
];
