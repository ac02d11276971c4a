import { failed, ok, skipped, warning } from '../outcome.ts';
import type { CheckedProvider, MakeCheck } from './checked-provider.ts';
import { documentFault } from './faults.ts';
import { fits, type Jwk, jwksOf, nameOf, publishedSecret, weakness, wrongUse } from './jwk.ts';
import { listOf } from './metadata.ts';

const needs = ['provider.jwks'];

/** More are refused by the gateway. */
const maxKeys = 100;

export const jwks: MakeCheck = ({ evidence }) => ({
  id: 'provider.jwks',
  question: 'Can the key set be read?',
  needs: ['provider.discovery'],
  run: async () => {
    const reading = await evidence.keySet();
    if (!reading) return skipped('Not checked: jwks_uri is missing or must not be called.');
    const fault = documentFault(reading, 'jwks_uri is not a working address: report it to the provider.');
    if (fault) return fault;
    const keys = jwksOf(reading);
    const facts = { at: reading.place };
    if (keys && keys.length > 0 && keys.length <= maxKeys) return ok(`Keys: ${keys.length}.`, facts);
    return failed(
      keys ? `The key set holds ${keys.length} keys.` : 'The answer is not a key set.',
      `It must be {"keys": […]} with 1 to ${maxKeys} keys. A provider that signs with HS256 publishes none: change it to RS256.`,
      facts,
    );
  },
});

export const signingAlgorithm: MakeCheck = ({ settings: { registration }, evidence, advice }) => ({
  id: 'provider.signing-algorithm',
  question: 'Does the provider sign ID Tokens with the configured algorithm?',
  needs: ['provider.discovery'],
  run: async () => {
    const { signingAlgorithm: wanted } = registration;
    const offered = listOf(await evidence.metadata(), 'id_token_signing_alg_values_supported');
    if (offered?.includes(wanted)) return ok(`${wanted} is listed.`);
    if (!offered)
      return warning(
        'The provider does not say how it signs ID Tokens.',
        `Sign in once: another algorithm than ${wanted} is refused.`,
      );
    const usable = offered.filter((one) => /^(RS256|PS256|ES256|EdDSA)$/.test(one));
    const cure =
      usable.length > 0
        ? `Set signingAlgorithm to ${usable.join(' or ')}, whichever the client is registered with.`
        : 'Have the provider sign ID Tokens for this client with RS256; HS256 and none are never accepted.';
    return failed(`${wanted} is not among ${offered.join(', ')}.`, `${cure}${await advice('algorithm')}`);
  },
});

export const signingKey: MakeCheck = ({ settings: { registration }, evidence }) => ({
  id: 'provider.signing-key',
  question: 'Is there a key for the configured algorithm?',
  needs,
  run: async () => {
    const { signingAlgorithm: wanted } = registration;
    const fit = (await keysOf(evidence)).filter((key) => fits(key, wanted));
    if (fit.length > 0) return ok(`Keys for ${wanted}: ${fit.length}.`);
    return failed(
      `No key of the set is for ${wanted}.`,
      'Set signingAlgorithm to what the provider signs with, or have such a key created there. A key with use: enc or with another alg does not count.',
    );
  },
});

export const keyStrength: MakeCheck = ({ evidence }) => ({
  id: 'provider.key-strength',
  question: 'Is every signing key strong enough?',
  needs,
  run: async () => {
    const weak = (await keysOf(evidence)).flatMap((key, index) => {
      const reason = weakness(key);
      return reason ? [`${nameOf(key, index)} ${reason}`] : [];
    });
    if (weak.length === 0) return ok('Every RSA key has at least 2048 bits and the exponent 65537.');
    return failed(
      `${weak.join('; ')}.`,
      'Tokens signed with these keys are refused: the provider needs new keys of at least 2048 bits.',
    );
  },
});

export const keyIds: MakeCheck = ({ settings: { registration }, evidence }) => ({
  id: 'provider.key-ids',
  question: 'Does every key have a kid of its own?',
  needs,
  run: async () => {
    const fit = (await keysOf(evidence)).filter((key) => fits(key, registration.signingAlgorithm));
    const kids = fit.map(({ kid }) => kid);
    const repeated = [
      ...new Set(kids.filter((kid, index) => kid !== undefined && kids.indexOf(kid) !== index)),
    ];
    const missing = fit.length > 1 && kids.includes(undefined);
    if (repeated.length === 0 && !missing) return ok('Every key has a kid of its own, or there is only one.');
    return failed(
      missing
        ? 'There are several keys, and not all have a kid.'
        : `A kid is used twice: ${repeated.join(', ')}.`,
      'Tokens cannot be matched to their key and are refused: the provider must give each key its own kid.',
    );
  },
});

export const keyPrivacy: MakeCheck = ({ evidence }) => ({
  id: 'provider.key-privacy',
  question: 'Does the key set hold public keys only?',
  needs,
  run: async () => {
    const published = (await keysOf(evidence)).flatMap((key, index) => {
      const reason = publishedSecret(key);
      return reason ? [`${nameOf(key, index)} ${reason}`] : [];
    });
    if (published.length === 0) return ok('The key set holds public keys only.');
    return failed(
      `${published.join('; ')}.`,
      'Anybody who reads this address can sign in as any viewer. Do not use the provider until its keys are replaced; tell its operator now.',
    );
  },
});

export const keyUse: MakeCheck = ({ evidence }) => ({
  id: 'provider.key-use',
  question: 'Do type, use and algorithm of every key agree?',
  needs,
  run: async () => {
    const wrong = (await keysOf(evidence)).flatMap((key, index) => {
      const reason = wrongUse(key);
      return reason ? [`${nameOf(key, index)} ${reason}`] : [];
    });
    if (wrong.length === 0) return ok('Type, use and algorithm of every key agree.');
    return warning(
      `${wrong.join('; ')}.`,
      'Such a key is ignored, and tokens signed with it are refused: report it to the provider.',
    );
  },
});

/** Seconds. */
const maxCacheLife = 86_400;

export const jwksCache: MakeCheck = ({ evidence }) => ({
  id: 'provider.jwks-cache',
  question: 'Do new keys reach the gateway in time?',
  needs,
  run: async () => {
    const reading = await evidence.keySet();
    const header = reading && 'headers' in reading ? reading.headers.get('cache-control') : undefined;
    const life = Number(/(?:^|[\s,])max-age=(\d+)/i.exec(header ?? '')?.[1] ?? 0);
    const facts = { cacheControl: header ?? 'none' };
    if (life <= maxCacheLife) return ok('No cache may keep the key set for more than a day.', facts);
    return warning(
      `The key set may be kept for ${Math.round(life / 86_400)} days.`,
      'A caching proxy would serve old keys after a rotation, and sign-ins would fail: max-age should be less than a day.',
      facts,
    );
  },
});

const keysOf = async (evidence: CheckedProvider['evidence']): Promise<readonly Jwk[]> => {
  const reading = await evidence.keySet();
  return (reading && jwksOf(reading)) ?? [];
};
