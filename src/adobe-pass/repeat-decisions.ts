import type { Clock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import type { CallAdobe } from './client.ts';
import { backoff } from './retry.ts';
import type { Answer } from './types.ts';

interface Deps {
  readonly callAdobe: CallAdobe;
  readonly clock: Clock;
  /** Milliseconds after which nothing is asked again. */
  readonly timeout: number;
}

/** Asks again for the resources whose decision says `action: retry`. Source: REST API V2, enhanced error codes. */
export const createRepeatDecisions =
  ({ callAdobe, clock, timeout }: Deps): CallAdobe =>
  async (operation, call, input = {}) => {
    const asked = resourcesOf(input.body);
    const deadline = clock.monotonic() + timeout;
    let answer = await callAdobe(operation, call, input);
    let { retryAfter } = answer;
    for (let repeats = 0; ; repeats += 1) {
      const resources = unsettled(answer, asked);
      const pause = backoff(repeats, retryAfter);
      if (resources.length === 0 || pause === undefined || clock.monotonic() + pause >= deadline)
        return answer;
      await clock.wait(pause, call.signal);
      // What is already known is worth more than a failure of the repeat.
      const newer = await callAdobe(operation, call, { ...input, body: { ...input.body, resources } }).catch(
        asKinpassError,
      );
      ({ retryAfter } = newer);
      if (!(newer instanceof KinpassError)) answer = merge(answer, newer);
    }
  };

const asKinpassError = (error: unknown): KinpassError => {
  if (error instanceof KinpassError) return error;
  throw error;
};

const resourcesOf = (body: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  Array.isArray(body['resources']) ? body['resources'].map(String) : [];

const decisionsOf = ({ body }: Answer): readonly JsonObject[] =>
  Array.isArray(body['decisions']) ? (body['decisions'] as JsonObject[]) : [];

const asksToRetry = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'action' in error && error.action === 'retry';

/** The resources to ask for again: those whose error says so, or all when the whole answer does. */
const unsettled = (answer: Answer, asked: readonly string[]): readonly string[] => {
  // In bytes that passed the fast check, letters are never escaped.
  if (answer.bytes?.includes('"retry"') === false) return [];
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
  return { status: older.status, body: { ...older.body, decisions: merged } };
};
