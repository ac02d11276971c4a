import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer } from '#src/adobe-pass/types';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import type { Input, Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';

interface Deps {
  readonly callAdobe: CallAdobe;
  readonly knownAnswers: Pick<KnownAnswers, 'called' | 'metadataChanged'>;
  /** MVPDs that change user metadata when they permit a resource. */
  readonly updatedByPermit: ReadonlySet<string>;
}

/**
 * The same calls. What one changes at Adobe is not known here any more when its answer is returned, and soon in no process; a
 * logout is answered when the others have been told.
 */
export const watchEffects =
  ({ callAdobe, knownAnswers, updatedByPermit }: Deps): CallAdobe =>
  async (operation, call, input) => {
    const answer = await callAdobe(operation, call, input).catch(async (error: unknown) => {
      await knownAnswers.called(operation, call, undefined);
      throw error;
    });
    const told = knownAnswers.called(operation, call, answer);
    if (operation.name === operations.logOut.name) await told;
    if (updatedByPermit.size > 0 && updatedByPermit.has(permittedBy(operation, input, answer) ?? ''))
      void knownAnswers.metadataChanged(call.credentials.id);
    return answer;
  };

/** The MVPD of an authorization with a permit. */
const permittedBy = (
  operation: Operation,
  input: Input | undefined,
  { body }: Answer,
): string | undefined => {
  const { decisions } = body;
  if (operation.name !== operations.authorize.name || !Array.isArray(decisions)) return undefined;
  const isPermit = (decision: unknown): boolean =>
    typeof decision === 'object' &&
    decision !== null &&
    'authorized' in decision &&
    decision.authorized === true;
  return decisions.some(isPermit) ? input?.parameters?.['mvpd'] : undefined;
};
