/**
 * Scenarios: faults, degradation and key rotation over simulated time, from a file or inline. This folder owns the
 * format and the run. It must not know how a fault is injected or who starts a scenario.
 */
import { z } from 'zod';
import { duration } from '#src/duration';
import { faultRuleSchema } from '#src/faults/fault-schema';

const step = z.strictObject({
  at: duration.default(0).describe('Simulated time since the start'),
  say: z.string().optional().describe('Message for people who watch'),
  faults: z
    .array(faultRuleSchema)
    .default([])
    .describe('Injected until used up, ended, or the scenario ends'),
  end: z.array(z.string()).default([]).describe('Names of faults of earlier steps to clear'),
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
    .describe('Degradation rules; for all MVPDs and service providers unless named'),
  restore: z.boolean().default(false).describe('Remove the degradation rules of earlier steps'),
  rotateKeys: z
    .array(z.enum(['dtc', 'google', 'facebook', 'apple']))
    .default([])
    .describe('Identity providers that sign with a new key from now on'),
});

/** A scenario file: events over time. */
export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case letters, digits and hyphens'),
  title: z.string().min(1).max(100),
  about: z.string().optional(),
  lasts: duration.optional().describe('Then all its effects are undone; unlimited if omitted'),
  steps: z.array(step).min(1),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type ScenarioStep = z.output<typeof step>;
