import { z } from 'zod';

const state = z.enum(['ok', 'failing']);
const time = z.iso.datetime();

const providerSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.enum(['untried', 'ok']) }),
  z.strictObject({
    state: z.literal('failing'),
    since: time,
    step: z.string(),
    endpoint: z.string(),
    error: z.string(),
    cure: z.string(),
    failedSignIns: z.int().min(1),
  }),
]);

const noticesSchema = z.array(z.strictObject({ file: z.string(), message: z.string() })).readonly();

const refusedSchema = z.strictObject({
  file: z.string(),
  since: time,
  faults: z.array(z.string()).readonly(),
});

const keysSchema = z.strictObject({
  active: z.strictObject({ kid: z.string(), ageDays: z.int().min(0), limitDays: z.number() }).nullable(),
  steps: z.array(
    z.strictObject({ kid: z.string(), state: z.string(), next: z.string(), due: time.optional() }),
  ),
  problems: noticesSchema,
  warnings: noticesSchema,
});

/** Away is no reason not to serve: each node then goes on by itself. */
const sharedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }),
  z.strictObject({ state: z.literal('up'), since: time, nodes: z.int().min(1) }),
  z.strictObject({ state: z.literal('away'), since: time, nodes: z.int().min(1), reason: z.string() }),
]);

/** What operators are told besides the checks. */
export const detailSchema = z.strictObject({
  providers: z.record(z.string(), providerSchema),
  keys: keysSchema,
  settings: z.strictObject({ refused: refusedSchema.nullable() }),
  waiting: z.strictObject({ restart: z.array(z.string()).readonly(), adobe: z.array(z.string()) }),
  sweep: z.strictObject({ lastRun: time.nullable() }),
  shared: sharedSchema,
  changeFeed: z.strictObject({ lagMs: z.int().min(0).nullable() }),
});

/** `/readyz` for callers with the role `read`. */
export const readinessSchema = detailSchema.extend({
  status: z.enum([...state.options, 'stopping']),
  checks: z.record(z.string(), state),
});

export type ReadinessDetail = z.input<typeof detailSchema>;
