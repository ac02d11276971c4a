import { z } from 'zod';
import { adobeId } from '../values.ts';

/** What the gateway makes of decisions for `POST /v1/sp/{serviceProvider}/decisions`. */
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
  })
  .prefault({});
