import type { Call } from '#src/adobe-pass/types';
import type { RememberedCode } from '#src/families/codes';
import type { Credentials } from '#src/families/credentials';
import type { AdmitCode } from './admit-code.ts';
import type { RestRequest } from './caller.ts';

interface Deps {
  readonly admitCode: AdmitCode;
  readonly credentials: Pick<Credentials, 'byId'>;
}

export type CodeCall = <T>(
  request: RestRequest,
  run: (call: Call, remembered: RememberedCode) => Promise<T>,
) => Promise<T>;

/**
 * A call about an authentication code: with the credentials that created it and no service token. If another device
 * of the family holds the code, its own identifier is left out, since the code is not its own.
 */
export const createCodeCall =
  ({ admitCode, credentials }: Deps): CodeCall =>
  async (request, run) => {
    const { caller, device, serviceProvider, signal } = request;
    const remembered = await admitCode(request);
    const pair = await credentials.byId(remembered.credentials);
    const own = remembered.instance === caller.instance.id;
    const shown = own ? device : { ...device, identifier: undefined, info: undefined };
    const { viewer } = remembered;
    return run({ credentials: pair, device: shown, serviceProvider, viewer, signal }, remembered);
  };
