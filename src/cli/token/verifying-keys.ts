import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { parseJson } from '#src/lib/json';
import { publicMembers, publicMembersSchema, toKeyObject } from '#src/lib/rsa-key';
import type { KnownKey } from '#src/service-token/ports';
import { inspectKeys } from '#src/signing-keys/admin/key-manager';
import { isAccepted } from '#src/signing-keys/ledger/key-life';
import { keyRecordsIn } from '#src/signing-keys/load-keys';
import { type KeysValues, openKeys } from '../keys/open.ts';

/** Keys that a token is verified with. */
export interface VerifyingKeys {
  publicKey(kid: string): KeyObject | undefined;
  /** A key in any state. */
  findKey(kid: string): KnownKey | undefined;
}

interface VerifyingValues extends KeysValues {
  readonly jwks?: string | undefined;
  readonly pem?: string | undefined;
}

/** The keys that the options name; by default those of the configuration. Errors: arguments_invalid, config_invalid, keys_invalid. */
export const verifyingKeys = async (values: VerifyingValues): Promise<VerifyingKeys> => {
  const { jwks, pem } = values;
  if (jwks !== undefined) return ofJwks(jwks, await textOf(jwks, '--jwks'));
  if (pem !== undefined) return ofPem(pem, await textOf(pem, '--pem'));
  await using opened = await openKeys(values);
  const { manager } = opened;
  const { entries, rotation } = await inspectKeys(manager);
  const records = keyRecordsIn(entries);
  const findKey = (kid: string) => {
    const state = rotation.keys.get(kid)?.state;
    return state && { state, accepted: isAccepted(state) };
  };
  return {
    findKey,
    publicKey: (kid) => (findKey(kid)?.accepted ? records.get(kid)?.object : undefined),
  };
};

const textOf = (file: string, option: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw fail('arguments_invalid', { field: option, hint: `${file} cannot be read`, cause });
  });

const acknowledged: KnownKey = { state: 'acknowledged', accepted: true };

const setSchema = z.object({
  keys: z.array(z.looseObject({ ...publicMembersSchema.shape, kid: z.string().optional() })).min(1),
});

const ofJwks = (file: string, text: string): VerifyingKeys => {
  const set = setSchema.safeParse(parseJson(text));
  if (!set.success)
    throw fail('arguments_invalid', { field: '--jwks', hint: `${file} is not a set of RSA keys (RFC 7517)` });
  const keys = new Map(
    set.data.keys.map(({ kid, kty, n, e }, index) => {
      const key = toKeyObject({ kty, n, e });
      publicMembers(key, `${file} keys[${index}]`);
      return [kid ?? '', key];
    }),
  );
  return {
    publicKey: (kid) => keys.get(kid),
    findKey: (kid) => (keys.has(kid) ? acknowledged : undefined),
  };
};

/** PEM has no kid: the key is used whatever the token names. */
const ofPem = (file: string, text: string): VerifyingKeys => {
  const key = parsePem(text);
  if (!key)
    throw fail('arguments_invalid', {
      field: '--pem',
      hint: `${file} contains no public key or certificate in PEM`,
    });
  publicMembers(key, file);
  return { publicKey: () => key, findKey: () => acknowledged };
};

const parsePem = (text: string): KeyObject | undefined => {
  if (/PRIVATE KEY/.test(text)) return undefined;
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
};
