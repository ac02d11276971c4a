import type { CodeKey, Codes, RememberedCode } from '#src/families/codes';
import { keysOf, type Revocations } from '#src/families/revocations';
import { fail } from '#src/lib/errors';

interface Deps {
  readonly codes: Pick<Codes, 'find'>;
  readonly revocations: Pick<Revocations, 'anyOf'>;
}

export type FindCode = (key: CodeKey, family: string) => Promise<RememberedCode>;

/**
 * Who created a code. A code of another family, and one whose instance or viewer is revoked, is as unknown as one that
 * never was: its profile is theirs, whoever holds the code. Errors: invalid_authentication_session.
 */
export const createFindCode =
  ({ codes, revocations }: Deps): FindCode =>
  async (key, family) => {
    const code = await codes.find(key, family);
    if (!code || (await revocations.anyOf(keysOf(code.instance, code.viewer))))
      throw fail('invalid_authentication_session', { field: 'code' });
    return code;
  };
