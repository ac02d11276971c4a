import type { Call } from '#src/adobe-pass/types';
import type { CodeKey, RememberedCode } from '#src/families/codes';
import type { Credentials } from '#src/families/credentials';
import { fail } from '#src/lib/errors';
import type { FindCode } from './find-code.ts';

interface Deps {
  readonly findCode: FindCode;
  readonly credentials: Pick<Credentials, 'byId'>;
}

/** Whose call it is: the code, and the family of who holds it. */
export interface HeldCode {
  readonly key: CodeKey;
  readonly family: string;
  readonly signal?: AbortSignal | undefined;
}

export type CallAsCreator = <T>(
  held: HeldCode,
  run: (call: Call, code: RememberedCode) => Promise<T>,
) => Promise<T>;

/**
 * A call about a code as the device that created it would make it: with its credentials, its headers and its address, and no
 * service token. Nothing of who holds the code reaches Adobe. Errors: invalid_authentication_session.
 */
export const createCallAsCreator =
  ({ findCode, credentials }: Deps): CallAsCreator =>
  async ({ key, family, signal }, run) => {
    const code = await findCode(key, family);
    const { device, viewer } = code;
    if (!device)
      throw fail('invalid_authentication_session', { field: 'code', detail: 'the device is not known' });
    const pair = await credentials.byId(code.credentials);
    const { serviceProvider } = key;
    return run({ credentials: pair, device, serviceProvider, viewer, signal }, code);
  };
