import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer } from '#src/adobe-pass/types';
import type { CodeKey } from '#src/families/codes';
import type { Credentials } from '#src/families/credentials';
import { fail, hasCode } from '#src/lib/errors';
import { operations } from '#src/rest-v2/operations';
import type { FindCode } from './find-code.ts';
import { finderOfCode, type NoteProfiles } from './note-profiles.ts';

interface Deps {
  readonly findCode: FindCode;
  readonly credentials: Pick<Credentials, 'byId'>;
  readonly callAdobe: CallAdobe;
  readonly noteProfiles: Pick<NoteProfiles, 'note'>;
}

export type PollCode = (key: CodeKey, family: string, signal: AbortSignal) => Promise<Answer>;

/**
 * Reads the profile behind a code as the device that created it would: with its credentials, its headers and its
 * address. Nothing of those who wait for the profile reaches Adobe. Errors: gateway_code_expired once the device has
 * got a newer code or the time is over; invalid_authentication_session.
 */
export const createPollCode =
  ({ findCode, credentials, callAdobe, noteProfiles }: Deps): PollCode =>
  async ({ serviceProvider, code }, family, signal) => {
    const remembered = await findCode({ serviceProvider, code }, family).catch(gone);
    const { credentials: id, device, viewer } = remembered;
    if (!device)
      throw fail('invalid_authentication_session', { field: 'code', detail: 'the device is not known' });
    const pair = await credentials.byId(id);
    const call = { credentials: pair, device, serviceProvider, viewer, signal };
    const answer = await callAdobe(operations.getProfileByCode, call, { parameters: { code } });
    await noteProfiles.note(answer, call, finderOfCode(remembered));
    return answer;
  };

/** It was known to whoever began to wait. */
const gone = (error: unknown): never => {
  throw hasCode(error, 'invalid_authentication_session')
    ? fail('gateway_code_expired', { field: 'code' })
    : error;
};
