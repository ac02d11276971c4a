/**
 * Fault injection: rules that make calls to the simulated parties fail, late or wrong. This folder owns the rules, which
 * call each one affects, and how a response is broken. It must not know the control API or the scenarios that add rules.
 */
import { z } from 'zod';
import { partyFaultNames } from './party-faults.ts';

/** The kinds of fault. `delay`, `throttle` with a rate, and `flaw` let the call reach the party. */
export const faultSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('status'),
      status: z.int().min(200).max(599),
      body: z.json().optional().describe('Sent as JSON; a string is sent as is'),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .describe('A fixed response; the call does not reach the party'),
  z
    .strictObject({
      kind: z.literal('delay'),
      ms: z.int().positive().max(600_000).describe('In simulated time'),
      upTo: z
        .int()
        .positive()
        .max(600_000)
        .optional()
        .describe('Upper bound of a random delay that starts at ms; follows the seed'),
    })
    .describe('The normal response, delayed'),
  z.strictObject({ kind: z.literal('reset') }).describe('The connection is reset before a response'),
  z.strictObject({ kind: z.literal('hang') }).describe('No response; the connection stays open'),
  z
    .strictObject({ kind: z.literal('truncate'), bytes: z.int().nonnegative().default(10) })
    .describe('The normal response, cut off after this many bytes of its body'),
  z
    .strictObject({
      kind: z.literal('body'),
      body: z.string(),
      contentType: z.string().default('application/json;charset=UTF-8'),
    })
    .describe('The status and headers of the normal response with another body'),
  z
    .strictObject({
      kind: z.literal('wrongJson'),
      how: z
        .enum(['broken', 'types', 'names', 'empty', 'list', 'null'])
        .default('types')
        .describe(
          'Last character cut off; strings become numbers and everything else strings; members renamed; {}; [response]; null',
        ),
    })
    .describe('The normal response with unexpected JSON'),
  z
    .strictObject({
      kind: z.literal('huge'),
      bytes: z
        .int()
        .positive()
        .max(2 ** 30)
        .default(16 * 2 ** 20),
    })
    .describe('Status 200 and a JSON string of this many bytes'),
  z
    .strictObject({
      kind: z.literal('throttle'),
      perSecond: z.number().positive().optional(),
      burst: z.int().nonnegative().default(0),
    })
    .describe('429 with openresty’s HTML page: on every call, or with perSecond above that rate per device'),
  z
    .strictObject({ kind: z.literal('flaw'), flaw: z.enum(partyFaultNames) })
    .describe('The party responds, but with a protocol-level fault'),
]);

export const faultRuleSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  match: z.strictObject({
    party: z.enum(['adobe', 'mvpd', 'dtc', 'google', 'facebook', 'apple']).optional(),
    operation: z.string().optional().describe('As in the request log; a trailing * matches any suffix'),
    path: z.string().optional().describe('The exact path; a trailing * matches any suffix'),
    address: z.string().optional().describe('X-Forwarded-For, otherwise the socket address'),
  }),
  after: z.int().nonnegative().optional().describe('Matching calls to let through first'),
  times: z.int().positive().optional().describe('Maximum number of faults; unlimited if omitted'),
  probability: z.number().gt(0).max(1).optional().describe('Per matching call; 1 if omitted'),
  seed: z.string().min(1).optional().describe('The same seed selects the same calls; generated if omitted'),
  fault: faultSchema,
});

export type Fault = z.output<typeof faultSchema>;
export type FaultRule = z.output<typeof faultRuleSchema>;
export type FaultRuleInput = z.input<typeof faultRuleSchema>;
