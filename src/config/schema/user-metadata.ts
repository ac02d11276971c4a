import { z } from 'zod';
import { paddings } from '#src/lib/rsa-padding';
import { adobeId, readableFile } from '../values.ts';

/** How encrypted user metadata is read; which app gets which attribute is a setting of the app. */
export const userMetadataSchema = z
  .strictObject({
    keys: z
      .array(readableFile)
      .max(10)
      .default([])
      .describe(
        "PEM files, mode 0600, of the private keys to the programmer's certificates at Adobe: the primary one, then the backup. Encrypted ones need `keys.passphrase`. Without any, encrypted attributes stay unreadable",
      ),
    padding: z
      .enum(paddings)
      .default('pkcs1')
      .describe('RSA padding that is tried first; the others are tried as well'),
    updatedByPermit: z
      .array(adobeId)
      .max(100)
      .default([])
      .describe(
        'MVPDs that change user metadata when they permit a resource: after a permit, the profile is read again at every node, not only at the one that authorized',
      ),
  })
  .prefault({});
