import type { CodeKey, RememberedCode } from '#src/families/codes';
import { hasCode } from '#src/lib/errors';
import type { FindCode } from './find-code.ts';

interface Deps {
  readonly findCode: FindCode;
  /** Those that apps of a family use. */
  serviceProvidersOf(family: string): readonly string[];
}

export interface FoundCode {
  readonly key: CodeKey;
  readonly code: RememberedCode;
}

interface Typed {
  readonly typed: string;
  readonly family: string;
  /** Of a link, which names it; who types a code does not. */
  readonly serviceProvider?: string | undefined;
}

export type FindTypedCode = (typed: Typed) => Promise<FoundCode | undefined>;

/** As it was typed, and in the letters that all codes in Adobe's samples have, without what people put between them. */
const spellingsOf = (typed: string): readonly string[] => {
  const exact = typed.trim().slice(0, 64);
  const usual = exact
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return [...new Set([exact, usual])].filter((code) => code !== '');
};

/**
 * The code that a viewer types or a link names, from our own records. Undefined for one that is not known there, of another
 * family, or of two service providers at once: nobody can tell whose it is.
 */
export const createFindTypedCode =
  ({ findCode, serviceProvidersOf }: Deps): FindTypedCode =>
  async ({ typed, family, serviceProvider }) => {
    const asked = serviceProvider === undefined ? serviceProvidersOf(family) : [serviceProvider];
    const keys = asked.flatMap((id) => spellingsOf(typed).map((code) => ({ serviceProvider: id, code })));
    const found = await Promise.all(
      keys.map(async (key) => {
        const code = await findCode(key, family).catch(undefinedIfUnknown);
        return code && { key, code };
      }),
    );
    const [only, another] = found.filter((entry) => entry !== undefined);
    return another ? undefined : only;
  };

const undefinedIfUnknown = (error: unknown): undefined => {
  if (!hasCode(error, 'invalid_authentication_session')) throw error;
};
