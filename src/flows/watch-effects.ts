import type { CallAdobe } from '#src/adobe-pass/client';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import { operations } from '#src/rest-v2/operations';

interface Deps {
  readonly callAdobe: CallAdobe;
  readonly knownAnswers: Pick<KnownAnswers, 'called'>;
}

/**
 * The same calls. What one changes at Adobe is not known here any more when its answer is returned, and soon in no process; a
 * logout is answered when the others have been told.
 */
export const watchEffects =
  ({ callAdobe, knownAnswers }: Deps): CallAdobe =>
  async (operation, call, input) => {
    const answer = await callAdobe(operation, call, input).catch(async (error: unknown) => {
      await knownAnswers.called(operation, call, undefined);
      throw error;
    });
    const told = knownAnswers.called(operation, call, answer);
    if (operation.name === operations.logOut.name) await told;
    return answer;
  };
