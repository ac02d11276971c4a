import type { AskWebhook, WebhookFailure } from '#src/business-rules/webhook/ask-webhook';
import type { Verdict } from '#src/business-rules/webhook/shapes';
import type { Log } from '#src/observability/logger';
import type { RestRequest } from './caller.ts';
import { type Denial, denialByWebhook } from './denial.ts';
import type { Asked, Permit } from './judge-permits.ts';

interface Deps {
  readonly askWebhook: AskWebhook;
  /** What becomes of permits without an answer. */
  readonly onFailure: 'deny' | 'permit';
  /** `sub` of the service token with which Adobe is called; undefined without one. */
  readonly subjectOf: (request: RestRequest) => Promise<string | undefined>;
  /** Called with the result of each question. */
  readonly asked: (result: 'answered' | WebhookFailure) => void;
  readonly log: Pick<Log, 'warn'>;
}

/** For each permit, in their order, why it is denied; undefined for one that stands. */
export type ConsultWebhook = (
  asked: Asked,
  permits: readonly Permit[],
) => Promise<readonly (Denial | undefined)[]>;

/** By the programmer's service, which may deny what the rules have left. */
export const createConsultWebhook =
  ({ askWebhook, onFailure, subjectOf, asked, log }: Deps): ConsultWebhook =>
  async ({ request, mvpd }, permits) => {
    const question = {
      subject: (await subjectOf(request)) ?? null,
      app: request.caller.app.id,
      serviceProvider: request.serviceProvider,
      mvpd,
      country: request.device.country ?? null,
      permits: await Promise.all(
        permits.map(async ({ resource, source, profile }) => ({
          resource,
          source,
          profile: await profile(),
        })),
      ),
    };
    const answer = await askWebhook(question, request.signal);
    if ('verdicts' in answer) {
      asked('answered');
      return answer.verdicts.map(denialIn);
    }
    const { failure, detail } = answer;
    asked(failure);
    log.warn(
      { failure, detail, permits: onFailure === 'permit' },
      'the webhook of decisions gives no answer',
    );
    const denial =
      onFailure === 'deny' ? denialByWebhook('gateway_rule_unavailable', { retryAfter: 1 }) : undefined;
    return permits.map(() => denial);
  };

const denialIn = (verdict: Verdict): Denial | undefined => {
  if (verdict.decision === 'permit') return undefined;
  const code = verdict.reason === 'concurrency' ? 'gateway_rule_concurrency' : 'gateway_rule_refused';
  return denialByWebhook(code, verdict);
};
