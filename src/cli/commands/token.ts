/** Looking at service tokens: what one says, and whether it holds. */
import { createIntrospectServiceToken } from '#src/flows/introspect-service-token';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { decodeServiceToken } from '#src/service-token/diagnose';
import { createVerifyServiceToken } from '#src/service-token/verify';
import type { RevocationStore } from '#src/stores/ports';
import type { Values } from '../arguments.ts';
import { openUsedStores, settingsOf } from '../operator.ts';
import { print, printError } from '../terminal.ts';
import { readToken } from '../token/read-token.ts';
import { verifyingKeys } from '../token/verifying-keys.ts';

/** A token that does not hold: another thing than a command that failed (1) or was not understood (2). */
const doesNotHold = 3;

/** Errors: gateway_service_token_invalid when there is nothing to read in it. */
export const inspect = async (_values: Values, operands: readonly string[]): Promise<void> => {
  const seen = decodeServiceToken(await readToken(operands));
  if (!seen)
    throw fail('gateway_service_token_invalid', { hint: 'It is no compact JWS of JSON objects (RFC 7515).' });
  const times = Object.entries(seen.claims).flatMap(([name, value]) => {
    const readable = ['iat', 'nbf', 'exp'].includes(name) && typeof value === 'number';
    return readable && Math.abs(value) < 1e11 ? [[name, new Date(value * 1000).toISOString()]] : [];
  });
  print(JSON.stringify({ verified: false, ...seen, times: Object.fromEntries(times) }, null, 2));
  printError('Decoded, not verified: anybody can write such a text. kinpass token verify checks it.');
};

/** Exit code 0: it holds. 3: it does not, and stdout says why. */
export const verify = async (values: Values, operands: readonly string[]): Promise<void> => {
  const token = await readToken(operands);
  const { publicKey, findKey } = await verifyingKeys(values);
  await using revocations = await revocationsOf(values);
  const introspect = createIntrospectServiceToken({
    verifyServiceToken: createVerifyServiceToken({ keys: { publicKey }, clock: systemClock }),
    findKey,
    revocations,
    families: await expectedOf(values, token),
    clock: systemClock,
  });
  const answer = await introspect(token);
  print(JSON.stringify(answer, null, 2));
  if (!answer.active) process.exit(doesNotHold);
};

/** Without settings there is no database to ask. */
const revocationsOf = async (values: Values): Promise<Pick<RevocationStore, 'anyOf'> & AsyncDisposable> => {
  if (!bySettings(values))
    return { anyOf: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  const stores = await openUsedStores(await settingsOf(values));
  return { anyOf: stores.revocations.anyOf, [Symbol.asyncDispose]: () => stores.close() };
};

const bySettings = (values: Values): boolean =>
  values['jwks'] === undefined && values['pem'] === undefined && values['keys-directory'] === undefined;

/** What it must say: what the options or the settings have; where neither do, its own word is taken, and that is told. */
const expectedOf = async (values: Values, token: string) => {
  const { issuer, audience } = values;
  if (bySettings(values) && issuer === undefined && audience === undefined)
    return (await settingsOf(values)).families;
  const { claims = {} } = decodeServiceToken(token) ?? {};
  const taken = (['issuer', 'audience'] as const).filter((name) => values[name] === undefined);
  if (taken.length > 0) printError(`Not compared with anything: its ${taken.join(' and ')}.`);
  return [
    {
      id: 'as given',
      serviceToken: { issuer: String(issuer ?? claims['iss']), audience: String(audience ?? claims['aud']) },
    },
  ];
};
