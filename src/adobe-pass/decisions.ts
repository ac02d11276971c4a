import type { Clock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { AdobeClient } from './client.ts';
import { type Operation, operations } from './operations.ts';
import { backoff } from './retry.ts';
import { decisions } from './shapes.ts';
import type { Answer, Call } from './types.ts';

export interface DecisionCall extends Call {
  readonly mvpd: string;
  readonly resources: readonly string[];
}

interface Deps {
  readonly client: AdobeClient;
  readonly clock: Clock;
  /** Milliseconds after which nothing is asked again. */
  readonly timeout: number;
}

/** Whether resources may be shown. Source: REST API V2, "Retrieve preauthorization decisions". */
export const createPreauthorize = (deps: Deps) => createDecide(deps, operations.preauthorize);

/** Whether resources may be played, with media tokens. Source: REST API V2, "Retrieve authorization decisions". */
export const createAuthorize = (deps: Deps) => createDecide(deps, operations.authorize);

const createDecide = ({ client, clock, timeout }: Deps, operation: Operation) => {
  const decide = ({ mvpd, resources, ...call }: DecisionCall): Promise<Answer> =>
    client.ask({
      operation,
      call,
      parameters: { mvpd },
      body: JSON.stringify({ resources }),
      shape: decisions,
    });

  /** What is already known is worth more than a failure of the repeat. */
  const decideAgain = (call: DecisionCall): Promise<Answer | undefined> =>
    decide(call).catch((error: unknown) => {
      if (error instanceof KinpassError) return undefined;
      throw error;
    });

  return async (call: DecisionCall): Promise<Answer> => {
    const deadline = clock.now() + timeout;
    let answer = await decide(call);
    for (let repeats = 0; ; repeats += 1) {
      const resources = unsettled(answer, call.resources);
      const pause = backoff(repeats);
      if (resources.length === 0 || pause === undefined || clock.now() + pause >= deadline) return answer;
      await clock.wait(pause, call.signal);
      const newer = await decideAgain({ ...call, resources });
      if (newer) answer = merge(answer, newer);
    }
  };
};

const decisionsOf = ({ body }: Answer): readonly JsonObject[] =>
  Array.isArray(body['decisions']) ? (body['decisions'] as JsonObject[]) : [];

const asksToRetry = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'action' in error && error.action === 'retry';

/** The resources to ask for again: those whose error says so, or all when the whole answer does. */
const unsettled = (answer: Answer, asked: readonly string[]): readonly string[] => {
  if (answer.status >= 400) return asksToRetry(answer.body) ? asked : [];
  const failed = decisionsOf(answer).filter((decision) => asksToRetry(decision['error']));
  const names = new Set(failed.map((decision) => decision['resource']));
  return asked.filter((resource) => names.has(resource));
};

/** Newer decisions in the places of the older ones. */
const merge = (older: Answer, newer: Answer): Answer => {
  if (older.status >= 400) return newer;
  const byResource = new Map(decisionsOf(newer).map((decision) => [decision['resource'], decision]));
  const merged = decisionsOf(older).map(
    (decision) => byResource.get(decision['resource'] ?? null) ?? decision,
  );
  return { ...older, body: { ...older.body, decisions: merged } };
};
