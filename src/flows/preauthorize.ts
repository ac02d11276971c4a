import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer } from '#src/adobe-pass/types';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import type { JsonObject } from '#src/lib/json';
import { operations } from '#src/rest-v2/operations';
import type { OperationFlow } from './call-operation.ts';
import { restsOn } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly callAdobe: CallAdobe;
  readonly knownAnswers: Pick<KnownAnswers, 'openPermits' | 'permitsLookedUp'>;
}

/** Preauthorize of REST V2: from memory if all resources were permitted a short time ago, else as Adobe answers now. */
export const createPreauthorize =
  ({ viewerCall, callAdobe, knownAnswers }: Deps): OperationFlow =>
  (request) =>
    viewerCall(request, async (call, caller) => {
      const { input, isFresh: fresh = false } = request;
      const mvpd = input.parameters?.['mvpd'] ?? '';
      const permits = knownAnswers.openPermits({ call, restsOn: restsOn(caller), mvpd, fresh });
      const decisions = permitted(input.body?.['resources'], permits.decisions);
      knownAnswers.permitsLookedUp(decisions !== undefined);
      if (decisions) return { status: 200, body: { decisions } };
      const answer = await callAdobe(operations.preauthorize, call, input);
      permits.learn(decisionsOf(answer));
      return answer;
    });

/** The decisions in the order asked for; undefined unless all are known. */
const permitted = (resources: unknown, known: ReadonlyMap<string, JsonObject>): JsonObject[] | undefined => {
  if (!Array.isArray(resources) || resources.length === 0) return undefined;
  const decisions = resources.flatMap((resource): readonly JsonObject[] => {
    const decision = known.get(String(resource));
    return decision ? [decision] : [];
  });
  return decisions.length === resources.length ? decisions : undefined;
};

const decisionsOf = ({ status, body }: Answer): readonly JsonObject[] =>
  status === 200 && Array.isArray(body['decisions']) ? (body['decisions'] as JsonObject[]) : [];
