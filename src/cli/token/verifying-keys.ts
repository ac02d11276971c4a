import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { lookAtKeys } from '#src/service-token/desk';
import { isBelieved } from '#src/service-token/key-life';
import { bornIn } from '#src/service-token/load-keys';
import { publicMembers, publicMembersSchema, toKeyObject } from '#src/service-token/public-key';
import type { Values } from '../arguments.ts';
import { openKeyDesk } from '../keys/open.ts';

/** Keys that a token is checked against. */
export interface VerifyingKeys {
  publicKey(kid: string): KeyObject | undefined;
  /** Undefined for a key that is not there. */
  keyState(kid: string): string | undefined;
}

/** The keys that the options name; without any those of the settings. Errors: config_invalid, keys_invalid. */
export const verifyingKeys = async (values: Values): Promise<VerifyingKeys> => {
  const { jwks, pem } = values;
  if (typeof jwks === 'string') return ofJwks(jwks, await textOf(jwks, '--jwks'));
  if (typeof pem === 'string') return ofPem(pem, await textOf(pem, '--pem'));
  const { desk } = await openKeyDesk(values);
  const { entries, rotation } = await lookAtKeys(desk);
  const born = bornIn(entries);
  const keyState = (kid: string) => rotation.keys.get(kid)?.state;
  return {
    keyState,
    publicKey: (kid) => {
      const state = keyState(kid);
      return state && isBelieved(state) ? born.get(kid)?.object : undefined;
    },
  };
};

const textOf = (file: string, option: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw fail('config_invalid', { field: option, hint: `${file} cannot be read`, cause });
  });

const setSchema = z.object({
  keys: z.array(z.looseObject({ ...publicMembersSchema.shape, kid: z.string().optional() })).min(1),
});

const ofJwks = (file: string, text: string): VerifyingKeys => {
  const set = setSchema.safeParse(parseJson(text));
  if (!set.success)
    throw fail('config_invalid', { field: '--jwks', hint: `${file} is no set of RSA keys (RFC 7517)` });
  const keys = new Map(
    set.data.keys.map(({ kid, kty, n, e }, index) => {
      const key = toKeyObject({ kty, n, e });
      publicMembers(key, `${file} keys[${index}]`);
      return [kid ?? '', key];
    }),
  );
  return {
    publicKey: (kid) => keys.get(kid),
    keyState: (kid) => (keys.has(kid) ? 'acknowledged' : undefined),
  };
};

/** Such a file names no key: it is tried whatever the token says. */
const ofPem = (file: string, text: string): VerifyingKeys => {
  const key = parsePem(text);
  if (!key)
    throw fail('config_invalid', {
      field: '--pem',
      hint: `${file} holds no public key or certificate in PEM`,
    });
  publicMembers(key, file);
  return { publicKey: () => key, keyState: () => 'acknowledged' };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const parsePem = (text: string): KeyObject | undefined => {
  if (/PRIVATE KEY/.test(text)) return undefined;
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
};
