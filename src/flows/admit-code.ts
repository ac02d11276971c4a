import type { RememberedCode } from '#src/families/codes';
import type { GuessBudget } from '#src/families/guess-budget';
import { fail, hasCode } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import { codeIn, type RestRequest } from './caller.ts';
import type { FindCode } from './find-code.ts';

interface Deps {
  readonly findCode: FindCode;
  readonly guessBudget: GuessBudget;
  /** Who has named which code rightly: asking again is no guess, not even once the code has expired. */
  readonly named: { get(key: string): true | undefined; set(key: string, value: true): void };
}

export type AdmitCode = (request: RestRequest) => Promise<RememberedCode>;

/**
 * The code in the path of a request. A code that the instance has neither created nor named before may be a guess: it
 * counts before anything is said about it. Errors: invalid_authentication_session, gateway_code_attempts_exceeded; gateway_code_expired for one
 * that it has named before.
 */
export const createAdmitCode =
  ({ findCode, guessBudget, named }: Deps): AdmitCode =>
  async (request) => {
    const { caller, device, serviceProvider } = request;
    const key = { serviceProvider, code: codeIn(request) };
    const found = await findCode(key, caller.family.id).catch(undefinedIfUnknown);
    const mark = compositeKey(caller.instance.id, serviceProvider, key.code);
    if (found?.instance !== caller.instance.id && !named.get(mark)) {
      const { address } = device;
      const sources = { address, account: caller.viewer, instance: caller.instance.id };
      const attempt = await guessBudget.attempt(sources);
      if (found) await attempt.release();
      else attempt.wrong();
    }
    if (!found)
      throw fail(named.get(mark) ? 'gateway_code_expired' : 'invalid_authentication_session', {
        field: 'code',
      });
    named.set(mark, true);
    return found;
  };

const undefinedIfUnknown = (error: unknown): undefined => {
  if (!hasCode(error, 'invalid_authentication_session')) throw error;
};
