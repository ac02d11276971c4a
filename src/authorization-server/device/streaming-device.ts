import { z } from 'zod';
import type { Device } from '#src/lib/device';

/** What of the device's request for a code goes to Adobe: who it is, and what its platform knows about its viewer. */
const keptHeaders = z.object({
  'user-agent': z.string().exactOptional(),
  'ap-visitor-identifier': z.string().exactOptional(),
  'ap-partner-framework-status': z.string().exactOptional(),
  'adobe-subject-token': z.string().exactOptional(),
  'x-roku-reserved-roku-connect-token': z.string().exactOptional(),
});

/**
 * The device that asked for a code, as Adobe is to see it: with it, the phone that approves the device can go on to the TV
 * provider. Stored with the device code, sealed, and erased with it.
 */
export const streamingDeviceSchema = z.object({
  identifier: z.string(),
  /** With the address and port of the device's own connection. */
  info: z.string().exactOptional(),
  address: z.string(),
  country: z.string().exactOptional(),
  headers: keptHeaders,
});

export type StreamingDevice = z.infer<typeof streamingDeviceSchema>;

/** Undefined for a device that does not identify itself: nothing can be asked of Adobe for it. */
export const streamingDeviceOf = ({
  identifier,
  info,
  address,
  country,
  headers,
}: Device): StreamingDevice | undefined =>
  identifier === undefined
    ? undefined
    : {
        identifier,
        ...(info !== undefined && { info }),
        address,
        ...(country !== undefined && { country }),
        headers: keptHeaders.parse(headers),
      };
