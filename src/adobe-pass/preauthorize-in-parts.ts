import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import type { JsonObject } from '#src/lib/json';
import { operations } from '#src/rest-v2/operations';
import type { CallAdobe } from './client.ts';
import type { ResourceLimits } from './resource-limits.ts';
import type { Answer, Call } from './types.ts';

/** What became of one resource: Adobe's decision, or why there is none. */
export type ResourceOutcome = { readonly resource: string } & (
  | { readonly decision: JsonObject }
  | { readonly refused: Answer }
  | { readonly error: KinpassError }
);

interface Question {
  readonly mvpd: string;
  readonly resources: readonly string[];
}

/** One outcome for each resource, in the order given; a resource that is named twice is asked for once. */
export type PreauthorizeInParts = (call: Call, question: Question) => Promise<readonly ResourceOutcome[]>;

interface Deps {
  readonly callAdobe: CallAdobe;
  readonly limits: ResourceLimits;
  readonly clock: Clock;
  /** Milliseconds after which no further part is asked for. */
  readonly timeout: number;
}

/** Parts that are asked for at once, so that a page of 20 resources takes as long as one call. */
const concurrent = 4;

/**
 * Preauthorization of any number of resources, in as many calls as the MVPD's limit requires. A part that Adobe refuses,
 * or that gets no answer, takes nothing from the others; after a failure of the gateway's own (Adobe's rate limit, no
 * connection) no further part is asked for. Source: REST API V2, preauthorize: limit of resources, `too_many_resources`.
 */
export const createPreauthorizeInParts =
  ({ callAdobe, limits, clock, timeout }: Deps): PreauthorizeInParts =>
  async (call, { mvpd, resources }) => {
    const target = { serviceProvider: call.serviceProvider, mvpd };
    const deadline = clock.monotonic() + timeout;
    let failure: KinpassError | undefined;

    const ask = async (part: readonly string[]): Promise<readonly ResourceOutcome[]> => {
      if (clock.monotonic() >= deadline) failure ??= fail('gateway_adobe_timeout', { retryAfter: 1 });
      if (failure) return failed(part, failure);
      const input = { parameters: { mvpd }, body: { resources: part } };
      const answer = await callAdobe(operations.preauthorize, call, input).catch(asKinpassError);
      if (answer instanceof KinpassError) {
        failure = answer;
        return failed(part, answer);
      }
      if (part.length === 1 || !isTooMany(answer)) return outcomesOf(part, answer);
      await limits.lower(target, Math.ceil(part.length / 2));
      return askAll(part);
    };

    const askAll = async (asked: readonly string[]): Promise<readonly ResourceOutcome[]> => {
      const parts = partsOf(asked, await limits.of(target));
      return (await inLanes(parts, ask)).flat();
    };

    const outcomes = await askAll([...new Set(resources)]);
    const byResource = new Map(outcomes.map((outcome) => [outcome.resource, outcome]));
    return resources.flatMap((resource) => byResource.get(resource) ?? []);
  };

const asKinpassError = (error: unknown): KinpassError => {
  if (error instanceof KinpassError) return error;
  throw error;
};

const failed = (part: readonly string[], error: KinpassError): readonly ResourceOutcome[] =>
  part.map((resource) => ({ resource, error }));

const partsOf = (resources: readonly string[], max: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(resources.length / max) }, (_, index) =>
    resources.slice(index * max, (index + 1) * max),
  );

/** The results in the order of the items, of which `concurrent` are worked on at a time. */
const inLanes = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: concurrent }, lane));
  return results;
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const decisionsOf = ({ body }: Answer): readonly JsonObject[] =>
  Array.isArray(body['decisions']) ? (body['decisions'] as JsonObject[]) : [];

/** The documentation does not say whether the code comes with the whole answer or with each resource. */
const isTooMany = (answer: Answer): boolean =>
  [answer.body, ...decisionsOf(answer).map(({ error }) => error)].some(
    (error) => codeOf(error) === 'too_many_resources',
  );

const outcomesOf = (part: readonly string[], answer: Answer): readonly ResourceOutcome[] => {
  if (answer.status >= 400) return part.map((resource) => ({ resource, refused: answer }));
  const byResource = new Map(decisionsOf(answer).map((decision) => [decision['resource'], decision]));
  return part.map((resource) => {
    const decision = byResource.get(resource);
    const error = () => fail('gateway_adobe_answer_invalid', { detail: 'a resource has no decision' });
    return decision ? { resource, decision } : { resource, error: error() };
  });
};
