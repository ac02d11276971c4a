import type { JsonObject } from '#src/lib/json';
import type { OperationFlow } from './call-operation.ts';
import { type Undecided, whyUndecided } from './decision-reason.ts';
import type { PreauthorizeAll } from './preauthorize-all.ts';

interface Deps {
  readonly preauthorizeAll: PreauthorizeAll;
  /** The operation as Adobe has it. */
  readonly preauthorize: OperationFlow;
}

/** Preauthorize of REST V2, split by the MVPD's limit for apps whose settings ask for it; the answer is of Adobe's shape. */
export const createSplitPreauthorization =
  ({ preauthorizeAll, preauthorize }: Deps): OperationFlow =>
  async (request) => {
    const { caller, input, serviceProvider } = request;
    if (!caller.app.splitPreauthorization) return preauthorize(request);
    const mvpd = input.parameters?.['mvpd'] ?? '';
    const resources = input.body?.['resources'] as readonly string[];
    const outcomes = await preauthorizeAll(request, { mvpd, resources });
    const [first] = outcomes;
    if (first && 'refused' in first && outcomes.every((outcome) => 'refused' in outcome))
      return first.refused;
    const decisions = outcomes.map((outcome) =>
      'decision' in outcome ? outcome.decision : undecided(outcome, { serviceProvider, mvpd }),
    );
    return { status: 200, body: { decisions } };
  };

const undecided = (outcome: Undecided, target: JsonObject): JsonObject => {
  const { code, action, status, message } = whyUndecided(outcome);
  return {
    resource: outcome.resource,
    ...target,
    authorized: false,
    error: { code, action, status, message },
  };
};
