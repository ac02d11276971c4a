import { z } from 'zod';

/** A device as Adobe saw it: what a call in its name sends of it, and nothing that names a viewer. */
export const knownDevice = z.object({
  identifier: z.string().optional(),
  info: z.string().optional(),
  address: z.string(),
  country: z.string().optional(),
  headers: z.object({
    accept: z.string().exactOptional(),
    'user-agent': z.string().exactOptional(),
    'ap-visitor-identifier': z.string().exactOptional(),
  }),
});
