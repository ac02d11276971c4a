import type { PreauthorizeInParts, ResourceOutcome } from '#src/adobe-pass/preauthorize-in-parts';
import type { Answer } from '#src/adobe-pass/types';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import { operations } from '#src/rest-v2/operations';
import { type RestRequest, restsOn } from './caller.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly preauthorizeInParts: PreauthorizeInParts;
  readonly knownAnswers: Pick<KnownAnswers, 'called' | 'openPermits' | 'permitsLookedUp'>;
}

export type PreauthorizeAll = (
  request: RestRequest,
  question: { readonly mvpd: string; readonly resources: readonly string[] },
) => Promise<readonly ResourceOutcome[]>;

/**
 * Preauthorization of any number of resources for the viewer, as the viewer call makes it. What is known to be permitted is not
 * asked again. Errors: those of the viewer
 * call, and the gateway's own when it was why no resource has an outcome of Adobe's.
 */
export const createPreauthorizeAll =
  ({ viewerCall, preauthorizeInParts, knownAnswers }: Deps): PreauthorizeAll =>
  (request, question) =>
    viewerCall(request, async (call, caller) => {
      const { mvpd, resources } = question;
      const fresh = request.isFresh ?? false;
      const permits = knownAnswers.openPermits({ call, restsOn: restsOn(caller), mvpd, fresh });
      const asked = resources.filter((resource) => !permits.decisions.has(resource));
      knownAnswers.permitsLookedUp(asked.length === 0);
      const answered = asked.length === 0 ? [] : await preauthorizeInParts(call, { mvpd, resources: asked });
      // First what it dropped, then what it permits.
      void knownAnswers.called(operations.preauthorize, call, answerOf(answered));
      permits.learn(answered.flatMap((outcome) => ('decision' in outcome ? [outcome.decision] : [])));
      const byResource = new Map(answered.map((outcome) => [outcome.resource, outcome]));
      const outcomes = resources.flatMap((resource): readonly ResourceOutcome[] => {
        const decision = permits.decisions.get(resource);
        return decision ? [{ resource, decision }] : [byResource.get(resource) ?? []].flat();
      });
      const [first] = outcomes;
      // Thrown here, so that refused credentials are replaced.
      if (first && 'error' in first && outcomes.every((outcome) => 'error' in outcome)) throw first.error;
      return outcomes;
    });

/** What Adobe said about the resources, as if at once. */
const answerOf = (outcomes: readonly ResourceOutcome[]): Answer => ({
  status: 200,
  body: {
    decisions: outcomes.flatMap((outcome) => {
      if ('refused' in outcome) return [{ error: outcome.refused.body }];
      return 'decision' in outcome ? [outcome.decision] : [];
    }),
  },
});
