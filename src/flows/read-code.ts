import type { CallAdobe } from '#src/adobe-pass/client';
import { operations } from '#src/rest-v2/operations';
import type { OperationFlow } from './call-operation.ts';
import type { CodeCall } from './code-call.ts';
import { finderOfCode, type NoteProfiles } from './note-profiles.ts';

interface Deps {
  readonly codeCall: CodeCall;
  readonly callAdobe: CallAdobe;
  readonly noteProfiles: Pick<NoteProfiles, 'note'>;
}

/** The profile behind a code, for whoever holds the code; noted for the viewer who created it. */
export const createReadCode =
  ({ codeCall, callAdobe, noteProfiles }: Deps): OperationFlow =>
  (request) =>
    codeCall(request, async (call, remembered) => {
      const answer = await callAdobe(operations.getProfileByCode, call, request.input);
      await noteProfiles.note(answer, call, finderOfCode(remembered));
      return answer;
    });
