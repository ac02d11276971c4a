import { z } from 'zod';
import type { CallAdobe } from '#src/adobe-pass/client';
import type { CodeKey, Codes } from '#src/families/codes';
import { fail, hasCode } from '#src/lib/errors';
import { operations } from '#src/rest-v2/operations';
import type { CallAsCreator, HeldCode } from './call-as-creator.ts';
import { beganAt, hasProfileOfSession } from './session-profile.ts';

/** What a session lacks, as forms of REST V2 call it. */
export type SessionParameter = 'mvpd' | 'domainName' | 'redirectUrl';

/** Why nobody can log in with a code any more. */
export type EndOfCode = 'expired' | 'replaced' | 'used';

export type OpenSession =
  | {
      readonly state: 'open';
      /** The instance that created it. */
      readonly instance: string;
      /** When it began, milliseconds since 1970; 0 if Adobe does not tell. */
      readonly since: number;
      readonly missing: readonly SessionParameter[];
      readonly mvpd: string | undefined;
    }
  | { readonly state: 'ended'; readonly why: EndOfCode };

interface Deps {
  readonly callAsCreator: CallAsCreator;
  readonly callAdobe: CallAdobe;
  readonly codes: Pick<Codes, 'isReplaced'>;
}

export type ReadOpenSession = (held: HeldCode) => Promise<OpenSession>;

const parameters = z.looseObject({ mvpd: z.string().optional() });

/** One page of Adobe's calls the members `existing` and `missing`. */
const statusShape = z.object({
  existingParameters: parameters.optional(),
  existing: parameters.optional(),
  missingParameters: z.array(z.string()).optional(),
  missing: z.array(z.string()).optional(),
});

/** Adobe spells domainName as `domain` in one of its samples. */
const parameterNamed = (name: string): SessionParameter[] => {
  if (name === 'domain') return ['domainName'];
  return name === 'mvpd' || name === 'domainName' || name === 'redirectUrl' ? [name] : [];
};

/**
 * Whether a viewer can still log in with a code, and what its session lacks: Adobe is asked, for whom reading it changes nothing.
 * Source: REST API V2, "Retrieve authentication session". Errors: gateway_adobe_answer_invalid, those of the call.
 */
export const createReadOpenSession =
  ({ callAsCreator, callAdobe, codes }: Deps): ReadOpenSession =>
  async (held) => {
    const { key } = held;
    const input = { parameters: { code: key.code } };
    const ask = callAsCreator(held, async (call, { instance }) => ({
      instance,
      answers: await Promise.all([
        callAdobe(operations.getSession, call, input),
        callAdobe(operations.getProfileByCode, call, input),
      ]),
    }));
    const read = await ask.catch((error: unknown) => {
      if (!hasCode(error, 'invalid_authentication_session')) throw error;
    });
    if (!read) return { state: 'ended', why: await whyGone(codes, key) };
    const [session, profile] = read.answers;
    const since = beganAt(session);
    if (hasProfileOfSession(profile, since)) return { state: 'ended', why: 'used' };
    if (session.status >= 500)
      throw fail('gateway_adobe_answer_invalid', { detail: `the session was answered ${session.status}` });
    if (session.status !== 200) return { state: 'ended', why: 'expired' };
    const { data = {} } = statusShape.safeParse(session.body);
    const missing = (data.missingParameters ?? data.missing ?? []).flatMap(parameterNamed);
    const mvpd = (data.existingParameters ?? data.existing)?.mvpd;
    return { state: 'open', instance: read.instance, since, missing, mvpd };
  };

export const whyGone = async (codes: Deps['codes'], key: CodeKey): Promise<EndOfCode> =>
  (await codes.isReplaced(key)) ? 'replaced' : 'expired';
