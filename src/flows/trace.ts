import { z } from 'zod';
import type { RequestFacts } from '#src/observability/request-facts';

/** Where a request ended. */
const stages = ['arrival', 'request', 'sign-in', 'gateway', 'adobe'] as const;

const optionalText = z.string().optional();

/** What is kept of a request, under its id. The names of absent members say nothing. */
export const traceShape = z.object({
  /** When it was answered, epoch milliseconds. */
  at: z.number(),
  operation: z.string(),
  method: z.string(),
  app: optionalText,
  serviceProvider: optionalText,
  mvpd: optionalText,
  resources: z.number().optional(),
  stage: z.enum(stages),
  /** 499: the client left. */
  status: z.number(),
  code: optionalText,
  field: optionalText,
  rule: optionalText,
  adobeTrace: optionalText,
  ms: z.number(),
  attempts: z.array(
    z.object({
      operation: z.string(),
      status: z.union([z.number(), z.string()]),
      attempt: z.number(),
      ms: z.number(),
    }),
  ),
});

export type Trace = z.infer<typeof traceShape>;

/** A request that was answered. */
export interface ServedRequest {
  readonly id: string;
  readonly at: number;
  /** The label of metrics; undefined where no route matched. */
  readonly route: string | undefined;
  readonly method: string;
  readonly app: string | undefined;
  readonly status: number;
  readonly ms: number;
  readonly facts: RequestFacts;
}

/** As far as it came: to a page or endpoint of the sign-in, to Adobe, or not beyond who called, or not even that. */
const stageOf = ({ route, app, facts }: ServedRequest): Trace['stage'] => {
  if (facts.attempts.length > 0) return 'adobe';
  if (route === undefined) return 'arrival';
  if (route.startsWith('oauth.')) return 'sign-in';
  return app === undefined ? 'request' : 'gateway';
};

/** Of the facts, only those that are listed: what is noted for another purpose is not kept. */
export const traceOf = (served: ServedRequest): Trace => {
  const { at, route = 'other', method, app, status, ms, facts } = served;
  return traceShape.parse({
    at,
    operation: route,
    method,
    app,
    stage: stageOf(served),
    status,
    ms,
    ...facts,
  });
};
