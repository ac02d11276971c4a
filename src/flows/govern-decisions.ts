import type { ResourceOutcome } from '#src/adobe-pass/preauthorize-in-parts';
import type { Answer } from '#src/adobe-pass/types';
import type { Judge } from '#src/business-rules/judge';
import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Log } from '#src/observability/logger';
import type { OperationFlow } from './call-operation.ts';
import { type Denial, denialByRule, deniedDecision } from './denial.ts';
import {
  type Asked,
  createJudgePermits,
  createPermitsIn,
  factsOf,
  type JudgePermits,
} from './judge-permits.ts';
import type { PreauthorizeAll } from './preauthorize-all.ts';

interface Deps {
  readonly judge: Judge;
  /** Asked about the authorizations that the rules leave. */
  readonly consultWebhook?: JudgePermits | undefined;
  readonly readProfile: OperationFlow;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info'>;
  /** Called with the code of each authorization that is denied. */
  readonly denied: (code: string) => void;
}

/** Decisions under the rules of the programmer, which can deny what Adobe permits and nothing else. */
export interface GovernDecisions {
  /** An operation whose answer has decisions: of REST V2, whoever asks. */
  operation(ask: OperationFlow, how: Pick<Asked, 'isPlay'>): OperationFlow;
  preauthorizeAll(ask: PreauthorizeAll): PreauthorizeAll;
}

/**
 * Adobe is not asked about what is denied without it, and so counts no play. A permit that is denied afterwards is replaced as a
 * whole, with its media token. An answer in which nothing is denied is passed on as it came.
 */
export const createGovernDecisions = (deps: Deps): GovernDecisions => {
  const { denyBefore, denyAfter } = createDeny(deps);

  const operation: GovernDecisions['operation'] =
    (ask, { isPlay }) =>
    async (request) => {
      const { parameters, body } = request.input;
      const resources = (body?.['resources'] ?? []) as readonly string[];
      const asked = { request, mvpd: parameters?.['mvpd'] ?? '', resources, isPlay };
      const denied = denyBefore(asked);
      const left = resources.filter((resource) => !denied.has(resource));
      if (left.length === 0 && resources.length > 0)
        return {
          status: 200,
          body: { decisions: resources.flatMap((resource) => denied.get(resource) ?? []) },
        };
      const input = { ...request.input, body: { ...body, resources: left } };
      const answer = await ask(denied.size === 0 ? request : { ...request, input });
      const decisions = decisionsOf(answer);
      const deniedAfter = await denyAfter(asked, decisions);
      if (denied.size === 0 && deniedAfter.size === 0) return answer;
      if (answer.status >= 400 && deniedAfter.size === 0) return answer;
      const judged = decisions.map((decision) => deniedAfter.get(decision) ?? decision);
      return {
        status: answer.status,
        body: { ...answer.body, decisions: inOrder(resources, denied, judged) },
      };
    };

  const preauthorizeAll: GovernDecisions['preauthorizeAll'] = (ask) => async (request, question) => {
    const asked = { request, ...question, isPlay: false };
    const denied = denyBefore(asked);
    const left = question.resources.filter((resource) => !denied.has(resource));
    const outcomes = left.length === 0 ? [] : await ask(request, { ...question, resources: left });
    const deniedAfter = await denyAfter(
      asked,
      outcomes.flatMap((outcome) => ('decision' in outcome ? [outcome.decision] : [])),
    );
    const judged = outcomes.map((outcome): ResourceOutcome => {
      const decision = 'decision' in outcome ? deniedAfter.get(outcome.decision) : undefined;
      return decision ? { resource: outcome.resource, decision } : outcome;
    });
    const byResource = new Map(judged.map((outcome) => [outcome.resource, outcome]));
    return question.resources.flatMap((resource): readonly ResourceOutcome[] => {
      const decision = denied.get(resource);
      return decision ? [{ resource, decision }] : [byResource.get(resource) ?? []].flat();
    });
  };

  return { operation, preauthorizeAll };
};

/** The decisions that take the place of Adobe's. */
const createDeny = ({ judge, consultWebhook, readProfile, clock, log, denied }: Deps) => {
  const permitsIn = createPermitsIn({ readProfile });
  const judgePermits = createJudgePermits(judge, clock.now);

  /** Of what is denied, by what it is the decision of. */
  const deny = <T>(
    { request, mvpd, isPlay }: Asked,
    denials: readonly (readonly [of: T, resource: string, denial: Denial])[],
  ): ReadonlyMap<T, JsonObject> => {
    const { serviceProvider, acceptLanguage = '' } = request;
    const counts = new Map<string, number>();
    for (const [, , { rule, code }] of denials) {
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
      if (isPlay) denied(code);
    }
    for (const [rule, resources] of counts)
      log.info({ rule, resources, mvpd, serviceProvider, isPlay }, 'denied by rule');
    return new Map(
      denials.map(([of, resource, denial]) => [
        of,
        deniedDecision(denial, { resource, serviceProvider, mvpd, acceptLanguage }),
      ]),
    );
  };

  /** By resource. */
  const denyBefore = (asked: Asked): ReadonlyMap<string, JsonObject> => {
    const now = clock.now();
    const denials = [...new Set(asked.resources)].flatMap((resource) => {
      const rule = judge.before(factsOf(asked, [resource], now));
      return rule ? [[resource, resource, denialByRule(rule)] as const] : [];
    });
    return deny(asked, denials);
  };

  /** By decision of Adobe's. */
  const denyAfter = async (
    asked: Asked,
    decisions: readonly JsonObject[],
  ): Promise<ReadonlyMap<JsonObject, JsonObject>> => {
    const permits = permitsIn(asked, decisions);
    const byRule = await judgePermits(asked, permits);
    const standing = permits.filter((_, index) => !byRule[index]);
    const isAsked = consultWebhook && asked.isPlay && standing.length > 0;
    const byWebhook = (isAsked ? await consultWebhook(asked, standing) : []).values();
    const denials = permits.flatMap(({ decision, resource }, index) => {
      const denial = byRule[index] ?? byWebhook.next().value;
      return denial ? [[decision, resource, denial] as const] : [];
    });
    return deny(asked, denials);
  };

  return { denyBefore, denyAfter };
};

const decisionsOf = ({ body }: Answer): readonly JsonObject[] =>
  Array.isArray(body['decisions']) ? (body['decisions'] as JsonObject[]) : [];

/** As they were asked for; what was not asked for comes last. */
const inOrder = (
  resources: readonly string[],
  denied: ReadonlyMap<string, JsonObject>,
  decisions: readonly JsonObject[],
): JsonObject[] => {
  const left = [...decisions];
  const placed = resources.flatMap((resource): readonly JsonObject[] => {
    const decision = denied.get(resource);
    if (decision) return [decision];
    const index = left.findIndex((candidate) => candidate['resource'] === resource);
    return index === -1 ? [] : left.splice(index, 1);
  });
  return [...placed, ...left];
};
