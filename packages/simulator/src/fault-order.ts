import { z } from 'zod';
import { flawNames } from '#src/flaws';

/** What may go wrong with a call; `delay`, `throttle` with a rate, and `flaw` let it reach the party. */
export const faultSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('status'),
      status: z.int().min(200).max(599),
      body: z.json().optional().describe('Sent as JSON, or as it is when a string'),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .describe('Another answer; the party never hears of the call'),
  z
    .strictObject({
      kind: z.literal('delay'),
      ms: z.int().positive().max(600_000).describe('Of the world’s time'),
      upTo: z.int().positive().max(600_000).optional().describe('A length between ms and this, by the seed'),
    })
    .describe('The right answer, late'),
  z.strictObject({ kind: z.literal('reset') }).describe('The connection breaks before an answer'),
  z.strictObject({ kind: z.literal('hang') }).describe('No answer, and the connection stays'),
  z
    .strictObject({ kind: z.literal('truncate'), bytes: z.int().nonnegative().default(10) })
    .describe('The right answer breaks off after so many bytes of its body'),
  z
    .strictObject({
      kind: z.literal('body'),
      body: z.string(),
      contentType: z.string().default('application/json;charset=UTF-8'),
    })
    .describe('The status and headers of the right answer with another body'),
  z
    .strictObject({
      kind: z.literal('wrongJson'),
      how: z
        .enum(['broken', 'types', 'names', 'empty', 'list', 'null'])
        .default('types')
        .describe(
          'Cut before its last character; numbers for strings and strings for all else; members renamed; {}; [answer]; null',
        ),
    })
    .describe('The right answer with JSON that no client expects'),
  z
    .strictObject({
      kind: z.literal('huge'),
      bytes: z
        .int()
        .positive()
        .max(2 ** 30)
        .default(16 * 2 ** 20),
    })
    .describe('Status 200 and a JSON string of so many bytes'),
  z
    .strictObject({
      kind: z.literal('throttle'),
      perSecond: z.number().positive().optional(),
      burst: z.int().nonnegative().default(0),
    })
    .describe('429 as openresty’s HTML page: always, or with perSecond for devices that ask more often'),
  z
    .strictObject({ kind: z.literal('flaw'), flaw: z.enum(flawNames) })
    .describe('The party answers, with a flaw of its own trade'),
]);

export const faultOrderSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  match: z.strictObject({
    party: z.enum(['adobe', 'mvpd', 'dtc', 'google', 'facebook', 'apple']).optional(),
    operation: z.string().optional().describe('As the record names it; with a final * whatever begins so'),
    path: z.string().optional().describe('The exact path; with a final * whatever begins so'),
    address: z.string().optional().describe('X-Forwarded-For, else the address of the socket'),
  }),
  after: z.int().nonnegative().optional().describe('Calls that match and pass before the first fault'),
  times: z.int().positive().optional().describe('For ever unless given'),
  probability: z.number().gt(0).max(1).optional().describe('Of each call that matches; certain unless given'),
  seed: z
    .string()
    .min(1)
    .optional()
    .describe('The same seed meets the same calls; one is chosen unless given'),
  fault: faultSchema,
});

export type Fault = z.output<typeof faultSchema>;
export type FaultOrder = z.output<typeof faultOrderSchema>;
export type FaultOrderInput = z.input<typeof faultOrderSchema>;
