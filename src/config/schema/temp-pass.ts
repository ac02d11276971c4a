import { z } from 'zod';
import { adobeId, secretText, slug } from '../values.ts';

const identifier = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('subject').describe('The `sub` of service tokens, which never changes; the default'),
    }),
    z.strictObject({
      from: z.literal('email').describe('The e-mail address, normalized'),
      providers: z
        .array(slug)
        .min(1)
        .describe(
          'Providers whose addresses count, the first one first: only those that verify every address, or viewers give themselves one trial after another',
        ),
    }),
  ])
  .default({ from: 'subject' });

const promotionalSchema = z.strictObject({
  mvpd: adobeId.describe('Id of the promotional TempPass'),
  key: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')
    .default('email')
    .describe('User Information Key, as agreed with Adobe'),
  identifier,
  hash: z.enum(['sha256', 'sha512']).default('sha256').describe('Function of the SHA-2 family'),
  pepper: secretText
    .min(16)
    .optional()
    .describe(
      'Key of an HMAC with that function, so that nobody finds an address by hashing addresses; a plain hash without it. Another one gives every viewer another trial',
    ),
});

/** How viewers who are signed in are told apart at a promotional TempPass, on the gateway's own API. */
export const tempPassSchema = z
  .strictObject({
    promotional: z
      .array(promotionalSchema)
      .max(100)
      .default([])
      .describe(
        'Promotional TempPasses for which `POST /v1/sp/{serviceProvider}/start` and its neighbors send an AP-TempPass-Identity of the viewer',
      ),
  })
  .prefault({});
