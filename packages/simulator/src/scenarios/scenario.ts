import { z } from 'zod';
import { duration } from '#src/duration';
import { faultOrderSchema } from '#src/fault-order';

const step = z.strictObject({
  at: duration.default(0).describe('After the start, in the world’s time'),
  say: z.string().optional().describe('What happens now, for whoever looks on'),
  faults: z
    .array(faultOrderSchema)
    .default([])
    .describe('They hold until their times, their end or the scenario’s'),
  end: z.array(z.string()).default([]).describe('Names of faults that earlier steps brought'),
  degrade: z
    .array(
      z.strictObject({
        rule: z.enum(['AuthNAll', 'AuthZAll', 'AuthZNone']),
        mvpd: z.string().optional(),
        serviceProvider: z.string().optional(),
        lasts: duration.optional(),
        message: z.string().min(1).optional(),
      }),
    )
    .default([])
    .describe('Degradation rules; every MVPD and brand unless named'),
  restore: z.boolean().default(false).describe('Take back the degradation rules of earlier steps'),
  rotateKeys: z
    .array(z.enum(['dtc', 'google', 'facebook', 'apple']))
    .default([])
    .describe('Identity providers that sign with a new key from now on'),
});

/** A course of events, as its file tells it. */
export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'small letters, digits and hyphens'),
  title: z.string().min(1).max(100),
  about: z.string().optional(),
  lasts: duration.optional().describe('Then all that it brought is gone; for ever unless given'),
  steps: z.array(step).min(1),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type ScenarioStep = z.output<typeof step>;
