import { z } from 'zod';
import { adobeId, duration, httpUrl, readableFile, secretText, slug } from '../values.ts';

const webhookSchema = z.strictObject({
  url: httpUrl.describe('Asked about each permit before the app gets it; redirects are not followed'),
  key: z.strictObject({
    id: slug.default('kinpass').describe('`keyid` of the signatures: name a new one to change the secret'),
    secret: secretText
      .min(32, 'must be at least 32 characters')
      .max(512)
      .describe('Key of the signatures, for nothing else: `openssl rand -base64 32`'),
  }),
  deadline: duration('50ms', '10s').prefault('1s').describe('How long a permit waits for an answer'),
  onFailure: z
    .enum(['deny', 'permit'])
    .default('deny')
    .describe('What becomes of a permit without a valid answer'),
});

/** What the gateway makes of decisions: business rules for all of them, next steps for `/v1`. */
export const decisionsSchema = z
  .strictObject({
    upgrades: z
      .array(
        z.strictObject({
          mvpd: adobeId.describe('MVPD that denies with this text'),
          details: z.string().trim().min(3).max(500).describe("Part of the denial's `details`, in any case"),
        }),
      )
      .max(1_000)
      .default([])
      .describe(
        'Texts of MVPDs which say that the channel is not in the subscription: the next step is `upgrade`',
      ),
    rules: readableFile
      .optional()
      .describe('YAML file of business rules: what the programmer denies, whatever Adobe would permit'),
    webhook: webhookSchema
      .optional()
      .describe("The programmer's service that may deny what Adobe permits, such as one stream too many"),
  })
  .prefault({});
