import { z } from 'zod';
import { bearerToken, readableFile, slug } from '../values.ts';

const serverSchema = z.strictObject({
  id: slug.describe('Name of the media server in metrics'),
  token: bearerToken,
});

/** How media tokens are checked before apps get them, and who may have one verified. */
export const mediaTokensSchema = z
  .strictObject({
    keys: z
      .array(readableFile)
      .default([])
      .describe(
        "PEM files of Adobe's public keys or certificates. Without any, media tokens are passed on unchecked, and none can be verified",
      ),
    minKeyBits: z
      .number()
      .int()
      .min(1024)
      .max(16_384)
      .default(2048)
      .describe('Shorter keys are refused. Adobe signed with 1,024 bits in 2017'),
    enforce: z
      .boolean()
      .default(false)
      .describe(
        'Whether a media token that fails the check is withheld, with 502; else it is logged and passed on',
      ),
    servers: z
      .array(serverSchema)
      .default([])
      .describe('Media servers that may call `POST /v1/media-tokens/verify`'),
  })
  .prefault({});
