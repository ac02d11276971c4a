import { type ErrorCode, KinpassError } from '#src/lib/errors';
import type { FormTarget } from '#src/web/form';
import type { Messages } from '#src/web/messages';
import { noticePage } from '#src/web/pages/notice';
import type { Log } from '../deps.ts';
import { type PageContext, show } from './show.ts';

/** Where a viewer can continue after a problem; shown where that can help. */
export interface RecoveryLinks {
  readonly page: string;
  readonly deny?: FormTarget;
  readonly back: readonly string[];
}

type Topic =
  | 'expired'
  | 'refused'
  | 'unfinished'
  | 'rejected'
  | 'unavailable'
  | 'attempts'
  | 'forbidden'
  | 'failure';

const topics: Partial<Record<ErrorCode, Topic>> = {
  sign_in_expired: 'expired',
  sign_in_refused: 'refused',
  sign_in_unfinished: 'unfinished',
  identity_rejected: 'rejected',
  identity_provider_unavailable: 'unavailable',
  sign_in_attempts_exceeded: 'attempts',
  sign_in_form_foreign: 'forbidden',
};

const recoverable = new Set<Topic>(['refused', 'unfinished', 'rejected', 'unavailable', 'failure']);
const expected = new Set<Topic>(['expired', 'refused', 'attempts']);

const wording = (texts: Messages, topic: Topic) => ({
  title: texts[`${topic}Title`],
  lead: texts[`${topic}Lead`],
});

/** Tells the viewer what went wrong and what to do next; details go to the log only. */
export const createProblemPage =
  (log: Log) =>
  (ctx: PageContext, error: unknown, links?: RecoveryLinks): void => {
    const known = error instanceof KinpassError ? error : undefined;
    const topic = (known && topics[known.code]) ?? 'failure';
    if (topic === 'failure') log.error({ err: error }, 'a sign-in failed');
    else if (!expected.has(topic))
      log.warn({ code: known?.code, detail: known?.detail, err: known?.cause }, 'a sign-in was refused');
    if (known?.retryAfter !== undefined) ctx.set('Retry-After', String(known.retryAfter));
    const offered = recoverable.has(topic) ? links : undefined;
    show(
      ctx,
      (texts) =>
        noticePage({
          mark: topic === 'refused' || topic === 'rejected' ? '×' : '!',
          ...wording(texts, topic),
          link: offered && {
            href: offered.page,
            label: topic === 'refused' ? texts.chooseAgain : texts.tryAgain,
          },
          form: offered?.deny && { target: offered.deny, label: texts.cancel },
        }),
      { status: topic === 'failure' ? 500 : (known?.status ?? 500), formTargets: offered?.back ?? [] },
    );
  };

export type ProblemPage = ReturnType<typeof createProblemPage>;
