import type { CallAdobe } from '#src/adobe-pass/client';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import type { Operation } from '#src/rest-v2/operation';
import type { OperationFlow } from './call-operation.ts';
import { restsOn } from './caller.ts';
import { finderOf, type NoteProfiles } from './note-profiles.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly callAdobe: CallAdobe;
  readonly knownAnswers: Pick<KnownAnswers, 'readProfiles'>;
  readonly noteProfiles: Pick<NoteProfiles, 'note'>;
}

/** Profiles, as known or as Adobe answers now. The caller is the same as in any viewer call. */
export const createReadProfiles =
  ({ viewerCall, callAdobe, knownAnswers, noteProfiles }: Deps) =>
  (operation: Operation): OperationFlow =>
  (request) =>
    viewerCall(request, (call, caller) => {
      const { input, isFresh = false, signal } = request;
      return knownAnswers.readProfiles({
        operation,
        input,
        call,
        restsOn: restsOn(caller),
        fresh: isFresh,
        signal,
        run: async (shared) => {
          const answer = await callAdobe(operation, { ...call, signal: shared }, input);
          await noteProfiles.note(answer, call, finderOf(caller));
          return answer;
        },
      });
    });
