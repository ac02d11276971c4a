import type { ResourceOutcome } from '#src/adobe-pass/preauthorize-in-parts';
import type { Answer } from '#src/adobe-pass/types';
import type { JsonObject } from '#src/lib/json';
import type { OperationFlow } from './call-operation.ts';
import type { RestRequest } from './caller.ts';
import type { DenyDecisions } from './deny-decisions.ts';
import type { Asked } from './judge-permits.ts';
import type { PreauthorizeAll } from './preauthorize-all.ts';

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
export const createGovernDecisions = ({ before, after }: DenyDecisions): GovernDecisions => ({
  operation:
    (ask, { isPlay }) =>
    async (request) => {
      const { parameters, body } = request.input;
      const resources = (body?.['resources'] ?? []) as readonly string[];
      const asked = askedFor(request, { mvpd: parameters?.['mvpd'] ?? '', resources, isPlay });
      const denied = before(asked);
      const left = resources.filter((_, index) => !denied[index]);
      if (left.length === 0 && denied.length > 0)
        return { status: 200, body: { decisions: denied.flatMap((denial) => denial ?? []) } };
      const input = { ...request.input, body: { ...body, resources: left } };
      const answer = await ask(left.length === resources.length ? request : { ...request, input });
      const decisions = decisionsOf(answer);
      const deniedAfter = await after(
        asked,
        decisions.map((decision) => ({ decision })),
      );
      const isChanged = deniedAfter.some((denial) => denial);
      if (!isChanged && (answer.status >= 400 || left.length === resources.length)) return answer;
      const judged = decisions.map((decision, index) => deniedAfter[index] ?? decision);
      return {
        status: answer.status,
        body: { ...answer.body, decisions: inOrder(resources, denied, judged) },
      };
    },

  preauthorizeAll: (ask) => async (request, question) => {
    const asked = askedFor(request, { ...question, isPlay: false });
    const denied = before(asked);
    const left = asked.played.filter((_, index) => !denied[index]);
    const resources = left.map(({ resource }) => resource);
    const outcomes = left.length === 0 ? [] : await ask(request, { ...question, resources });
    const byResource = new Map(outcomes.map((outcome) => [outcome.resource, outcome]));
    const found = left.flatMap((played) => {
      const outcome = byResource.get(played.resource);
      return outcome
        ? [{ played, outcome, decision: 'decision' in outcome ? outcome.decision : undefined }]
        : [];
    });
    const deniedAfter = await after(asked, found);
    const judged = found
      .map(({ outcome }, index): ResourceOutcome => {
        const decision = deniedAfter[index];
        return decision ? { resource: outcome.resource, decision } : outcome;
      })
      .values();
    return asked.played.flatMap(({ resource }, index): readonly ResourceOutcome[] => {
      const decision = denied[index];
      return decision ? [{ resource, decision }] : [judged.next().value ?? []].flat();
    });
  },
});

const askedFor = (
  request: RestRequest,
  { mvpd, resources, isPlay }: Pick<Asked, 'mvpd' | 'isPlay'> & { readonly resources: readonly string[] },
): Asked => ({
  request,
  mvpd,
  played: resources.map((resource, index) => ({ resource, names: request.names?.[index] ?? [] })),
  isPlay,
});

const decisionsOf = ({ body }: Answer): readonly JsonObject[] =>
  Array.isArray(body['decisions']) ? (body['decisions'] as JsonObject[]) : [];

/** As they were asked for; what was not asked for comes last. */
const inOrder = (
  resources: readonly string[],
  denied: readonly (JsonObject | undefined)[],
  decisions: readonly JsonObject[],
): JsonObject[] => {
  const left = [...decisions];
  const placed = resources.flatMap((resource, position): readonly JsonObject[] => {
    const decision = denied[position];
    if (decision) return [decision];
    const index = left.findIndex((candidate) => candidate['resource'] === resource);
    return index === -1 ? [] : left.splice(index, 1);
  });
  return [...placed, ...left];
};
