import { createIntrospectServiceToken } from '#src/flows/introspect-service-token';
import { systemClock } from '#src/lib/clock';
import { decodeServiceToken } from '#src/service-token/diagnose';
import { createVerifyServiceToken } from '#src/service-token/verify';
import type { RevocationStore } from '#src/stores/ports';
import { defineCommand, type Values } from '../../command.ts';
import { keysOptions } from '../../keys/options.ts';
import { openExistingStores } from '../../open-stores.ts';
import { loadSettings } from '../../settings.ts';
import { print, printError } from '../../terminal.ts';
import { readToken } from '../../token/read-token.ts';
import { verifyingKeys } from '../../token/verifying-keys.ts';

/** Exit code for a token that is not valid, distinct from a failed (1) or misused (2) command. */
const tokenNotValid = 3;

const options = {
  config: keysOptions.config,
  'keys-directory': {
    type: 'string',
    value: 'folder',
    help: 'verify with its keys, without a configuration',
  },
  jwks: { type: 'string', value: 'file', help: 'verify with a JWK set' },
  pem: { type: 'string', value: 'file', help: 'verify with one public key or certificate' },
  issuer: { type: 'string', value: 'iss', help: 'the expected issuer' },
  audience: { type: 'string', value: 'aud', help: 'the expected audience' },
} as const;

type VerifyValues = Values<typeof options>;

/** Prints the result as JSON. */
export const command = defineCommand({
  summary: `Verify a service token; exit code 0: valid, ${tokenNotValid}: not valid`,
  operand: '[token]',
  options,
  async run(values, operand) {
    const token = await readToken(operand);
    const { publicKey, findKey } = await verifyingKeys(values);
    await using revocations = await revocationsFor(values);
    const introspect = createIntrospectServiceToken({
      verifyServiceToken: createVerifyServiceToken({ keys: { publicKey }, clock: systemClock }),
      findKey,
      revocations,
      families: await expectedFamilies(values, token),
      clock: systemClock,
    });
    const answer = await introspect(token);
    print(JSON.stringify(answer, null, 2));
    if (!answer.active) process.exit(tokenNotValid);
  },
});

/** Without a configuration there is no database of revocations. */
const revocationsFor = async (
  values: VerifyValues,
): Promise<Pick<RevocationStore, 'anyOf'> & AsyncDisposable> => {
  if (!usesConfig(values))
    return { anyOf: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  const stores = await openExistingStores(await loadSettings(values));
  return { anyOf: stores.revocations.anyOf, [Symbol.asyncDispose]: () => stores.close() };
};

const usesConfig = (values: VerifyValues): boolean =>
  values.jwks === undefined && values.pem === undefined && values['keys-directory'] === undefined;

/** Expected issuer and audience: from the options or the configuration; otherwise the token's own, with a warning. */
const expectedFamilies = async (values: VerifyValues, token: string) => {
  const { issuer, audience } = values;
  if (usesConfig(values) && issuer === undefined && audience === undefined)
    return (await loadSettings(values)).families;
  const { claims = {} } = decodeServiceToken(token) ?? {};
  const unchecked = (['issuer', 'audience'] as const).filter((name) => values[name] === undefined);
  if (unchecked.length > 0) printError(`Not checked: ${unchecked.join(' and ')} of the token.`);
  return [
    {
      id: 'as given',
      serviceToken: { issuer: String(issuer ?? claims['iss']), audience: String(audience ?? claims['aud']) },
    },
  ];
};
