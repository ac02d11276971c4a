import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { readMediaTokenKeys } from '#src/media-token/read-keys';
import { createVerifyMediaToken } from '#src/media-token/verify-media-token';
import { defineCommand } from '../../command.ts';
import { parseWholeNumber } from '../../options.ts';
import { print } from '../../terminal.ts';
import { readToken } from '../../token/read-token.ts';

/** Exit code for a token that is not valid, distinct from a failed (1) or misused (2) command. */
const tokenNotValid = 3;

/** Prints the result as JSON. Errors: arguments_invalid, keys_invalid. */
export const command = defineCommand({
  summary: `Verify a media token of Adobe Pass; exit code 0: valid, ${tokenNotValid}: not valid`,
  operand: '[token]',
  options: {
    key: { type: 'string', value: 'files', help: "Adobe's public keys or certificates, separated by commas" },
    'service-provider': { type: 'string', value: 'id', help: 'the service provider that plays' },
    resource: {
      type: 'string',
      value: 'id',
      help: 'what is to be played: the id or MRSS document of the authorization',
    },
    'min-bits': { type: 'string', value: 'n', help: 'accept keys of at least n bits (2048)' },
  },
  async run(values, operand) {
    const files = required('--key', values.key).split(',');
    const expected = {
      requestor: required('--service-provider', values['service-provider']),
      resource: required('--resource', values.resource),
    };
    const keys = await readMediaTokenKeys(
      files,
      parseWholeNumber(values['min-bits'], '--min-bits', { fallback: 2048, min: 512 }),
    );
    const verifyMediaToken = createVerifyMediaToken({ keys, now: systemClock.now });
    const result = await verifyMediaToken(await readToken(operand), expected);
    print(JSON.stringify(result, null, 2));
    if (result.status !== 'VALID_TOKEN') process.exit(tokenNotValid);
  },
});

const required = (field: string, value: string | undefined): string => {
  if (value) return value;
  throw fail('arguments_invalid', { field, hint: 'it is required' });
};
