import { fail } from '#src/lib/errors';
import { decodeServiceToken } from '#src/service-token/diagnose';
import { defineCommand } from '../../command.ts';
import { print, printError } from '../../terminal.ts';
import { readToken } from '../../token/read-token.ts';

/** Errors: gateway_service_token_invalid when the token cannot be decoded. */
export const command = defineCommand({
  summary: 'Decode a service token without verifying it',
  operand: '[token]',
  options: {},
  async run(_values, operand) {
    const decoded = decodeServiceToken(await readToken(operand));
    if (!decoded)
      throw fail('gateway_service_token_invalid', {
        hint: 'It is not a valid compact JWS of JSON objects (RFC 7515).',
      });
    const times = Object.entries(decoded.claims).flatMap(([name, value]) => {
      const isTime = ['iat', 'nbf', 'exp'].includes(name) && typeof value === 'number';
      return isTime && Math.abs(value) < 1e11 ? [[name, new Date(value * 1000).toISOString()]] : [];
    });
    print(JSON.stringify({ verified: false, ...decoded, times: Object.fromEntries(times) }, null, 2));
    printError('Decoded, not verified: anybody can write such a token. To verify it: kinpass token verify');
  },
});
