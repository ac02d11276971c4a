import { type ErrorCode, KinpassError } from '#src/lib/errors';
import { currentFacts } from '#src/observability/context';
import { errorFields } from '#src/observability/logger';
import { noteError } from '#src/observability/request-facts';
import type { FormTarget } from '#src/web/form';
import type { Messages } from '#src/web/messages';
import { type Notice, noticePage } from '#src/web/pages/notice';
import type { ProviderChoice } from '#src/web/provider-button';
import type { Log } from '../deps.ts';
import { enterCode, startPage } from './next-links.ts';
import { referenceIn } from './reference.ts';
import { type PageContext, show } from './show.ts';

/** Where a viewer can continue after a problem; shown where that can help. */
export interface RecoveryLinks {
  readonly page: string;
  readonly deny?: FormTarget;
  /** The ways to sign in, for a problem of one of them. */
  readonly providers: readonly (ProviderChoice & { readonly id: string })[];
  /** Where the forms lead: CSP source expressions. */
  readonly formTargets: readonly string[];
}

/** For a page that only can be opened again. */
export const againAt = (page: string): RecoveryLinks => ({ page, providers: [], formTargets: [] });

interface Topic {
  readonly name:
    | 'expired'
    | 'refused'
    | 'unfinished'
    | 'rejected'
    | 'unavailable'
    | 'misconfigured'
    | 'attempts'
    | 'forbidden'
    | 'failure';
  /** Not logged where nothing is wrong. */
  readonly log?: 'warn' | 'error';
  /** Whether the viewer can go on from here. */
  readonly recoverable?: boolean;
  /** The fault is ours: the page says so, with a reference for support. */
  readonly ours?: boolean;
}

const topics: Partial<Record<ErrorCode, Topic>> = {
  sign_in_expired: { name: 'expired' },
  sign_in_refused: { name: 'refused', recoverable: true },
  sign_in_unfinished: { name: 'unfinished', recoverable: true, log: 'warn' },
  identity_rejected: { name: 'rejected', recoverable: true, log: 'warn' },
  identity_provider_unavailable: { name: 'unavailable', recoverable: true, log: 'error', ours: true },
  identity_provider_misconfigured: { name: 'misconfigured', recoverable: true, log: 'error', ours: true },
  gateway_host_not_registered: { name: 'misconfigured', log: 'error', ours: true },
  sign_in_attempts_exceeded: { name: 'attempts' },
  sign_in_form_foreign: { name: 'forbidden', recoverable: true, log: 'warn' },
};
const failure: Topic = { name: 'failure', recoverable: true, log: 'error', ours: true };

/** Tells the viewer what went wrong and what to do next; details go to the log only. */
export const createProblemPage =
  (log: Log) =>
  (ctx: PageContext, error: unknown, links?: RecoveryLinks): void => {
    const known = error instanceof KinpassError ? error : undefined;
    const facts = currentFacts();
    if (facts && known) noteError(facts, known);
    const topic = (known && topics[known.code]) ?? failure;
    if (topic.log)
      log[topic.log](errorFields(error), topic.ours ? 'a sign-in failed' : 'a sign-in was refused');
    if (known?.retryAfter !== undefined) ctx.set('Retry-After', String(known.retryAfter));
    const offered = topic.recoverable ? links : undefined;
    show(ctx, (texts) => noticePage(noticeOf(texts, topic, nextSteps(texts, topic, known, offered))), {
      status: statusOf(known, topic),
      formTargets: offered?.formTargets ?? [],
    });
  };

export type ProblemPage = ReturnType<typeof createProblemPage>;

/** An error that has no text for viewers is our own failure, and may be temporary. */
const statusOf = (known: KinpassError | undefined, topic: Topic): number =>
  topic === failure ? Math.max(500, known?.status ?? 500) : (known?.status ?? 500);

type NextSteps = Pick<Notice, 'choices' | 'links' | 'form'>;

/** Problems of viewers who may have a code at hand. */
const startsWithCode = /^(expired|attempts|forbidden)$/;

/** After a fault of one identity provider, the others; it is offered again where that can help. */
const nextSteps = (
  texts: Messages,
  { name }: Topic,
  error: KinpassError | undefined,
  links: RecoveryLinks | undefined,
): NextSteps => {
  const home = startPage(texts);
  if (!links) return { links: startsWithCode.test(name) ? [enterCode(texts), home] : [home] };
  const failed = name === 'unavailable' || name === 'misconfigured' ? error?.facts['provider'] : undefined;
  const choices = links.providers
    .filter(({ id }) => failed !== undefined && id !== failed)
    .map(({ label, mark, start }) => ({ target: start, label: texts.continueWith(label), mark }));
  const again = { href: links.page, label: name === 'refused' ? texts.chooseAgain : texts.tryAgain };
  return {
    choices,
    links: [name === 'misconfigured' && choices.length > 0 ? home : again],
    form: links.deny && { target: links.deny, label: texts.cancel },
  };
};

const noticeOf = (texts: Messages, { name, ours }: Topic, ways: NextSteps): Notice => {
  const isLastWay = name === 'misconfigured' && !ways.choices?.length;
  return {
    mark: name === 'refused' || name === 'rejected' ? '×' : '!',
    title: texts[`${name}Title`],
    lead: isLastWay ? texts.misconfiguredOnlyLead : texts[`${name}Lead`],
    reference: ours ? referenceIn(texts) : undefined,
    ...ways,
  };
};
