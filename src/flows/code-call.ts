import type { Call } from '#src/adobe-pass/types';
import type { Codes, RememberedCode } from '#src/families/codes';
import type { Credentials } from '#src/families/credentials';
import { fail } from '#src/lib/errors';
import type { ViewerRequest } from './caller.ts';

interface Deps {
  readonly codes: Pick<Codes, 'find'>;
  readonly credentials: Pick<Credentials, 'byId'>;
}

export type CodeRequest = ViewerRequest & { readonly code: string };

export type CodeCall = <T>(
  request: CodeRequest,
  run: (call: Call, remembered: RememberedCode) => Promise<T>,
) => Promise<T>;

/**
 * A call about an authentication code: with the credentials that created it and no service token. Another device
 * of the family may hold the code; then its own identifier stays out, since the code is not its own.
 */
export const createCodeCall =
  ({ codes, credentials }: Deps): CodeCall =>
  async ({ caller, device, serviceProvider, signal, code }, run) => {
    const remembered = await codes.find({ serviceProvider, code }, caller.family.id);
    if (!remembered) throw fail('gateway_code_unknown', { field: 'code' });
    const pair = await credentials.byId(remembered.credentials);
    const own = remembered.instance === caller.instance.id;
    const shown = own ? device : { ...device, identifier: undefined, info: undefined };
    return run({ credentials: pair, device: shown, serviceProvider, signal }, remembered);
  };
