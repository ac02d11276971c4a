import type { JudgeOf } from '#src/business-rules/judge';
import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import { currentFacts } from '#src/observability/context';
import type { Log } from '#src/observability/logger';
import { noteDenial } from '#src/observability/request-facts';
import type { OperationFlow } from './call-operation.ts';
import type { ConsultWebhook } from './consult-webhook.ts';
import { type Denial, denialByRule, deniedDecision } from './denial.ts';
import { type Asked, createPermitsIn, type Found, factsOf, judgePermits } from './judge-permits.ts';

interface Deps {
  readonly judgeOf: JudgeOf;
  /** Asked about the authorizations that the rules leave. */
  readonly consultWebhook?: ConsultWebhook | undefined;
  readonly readProfile: OperationFlow;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info'>;
  /** Called with the code of each authorization that is denied. */
  readonly denied: (code: string) => void;
}

/** The decisions that take the place of Adobe's; undefined where none does. */
export interface DenyDecisions {
  /** For each resource, before Adobe is asked. */
  before(asked: Asked): readonly (JsonObject | undefined)[];
  /** For each decision of Adobe's. */
  after(asked: Asked, found: readonly Found[]): Promise<readonly (JsonObject | undefined)[]>;
}

export const createDenyDecisions = (deps: Deps): DenyDecisions => {
  const { judgeOf, consultWebhook, readProfile, clock } = deps;
  const permitsIn = createPermitsIn({ readProfile });
  const judgeFor = (asked: Asked) => judgeOf(factsOf(asked, clock.now()));
  const tell = createTell(deps);

  return {
    before: (asked) => {
      const judge = judgeFor(asked);
      const denials = asked.played.map(({ resource, names }) => {
        const rule = judge.before({ resources: [resource], names });
        return rule && { denial: denialByRule(rule), resource };
      });
      return tell(asked, denials);
    },
    after: async (asked, found) => {
      const permits = permitsIn(asked, found);
      const standing = permits.filter((permit) => permit !== undefined);
      if (standing.length === 0) return [];
      const byRule = (await judgePermits(judgeFor(asked), standing)).values();
      const judged = permits.map((permit) => permit && { permit, denial: byRule.next().value });
      const left = judged.flatMap((one) => (one && !one.denial ? [one.permit] : []));
      const isAsked = consultWebhook && asked.isPlay && left.length > 0;
      const byWebhook = (isAsked ? await consultWebhook(asked, left) : []).values();
      const denials = judged.map((one) => {
        const denial = one && (one.denial ?? byWebhook.next().value);
        return denial && { denial, resource: one.permit.resource };
      });
      return tell(asked, denials);
    },
  };
};

type Denied = { readonly denial: Denial; readonly resource: string } | undefined;

/** Counts and logs denials; returns their decisions. */
const createTell =
  ({ denied, log }: Pick<Deps, 'denied' | 'log'>) =>
  ({ request, mvpd, isPlay }: Asked, denials: readonly Denied[]): readonly (JsonObject | undefined)[] => {
    const { serviceProvider, acceptLanguage = '' } = request;
    const counts = new Map<string, number>();
    const facts = currentFacts();
    for (const { denial } of denials.filter((one) => one !== undefined)) {
      counts.set(denial.rule, (counts.get(denial.rule) ?? 0) + 1);
      if (isPlay) denied(denial.code);
      if (isPlay && facts) noteDenial(facts, { code: denial.code, rule: denial.rule, mvpd });
    }
    for (const [rule, resources] of counts)
      log.info({ rule, resources, mvpd, serviceProvider, isPlay }, 'denied by rule');
    return denials.map(
      (one) =>
        one && deniedDecision(one.denial, { resource: one.resource, serviceProvider, mvpd, acceptLanguage }),
    );
  };
