import { z } from 'zod';
import type { Change } from './expiring-ports.ts';

/** A change as databases keep it. */
export const changeRow = z.object({
  position: z.int(),
  kind: z
    .enum([
      'account',
      'instance',
      'service-token',
      'sign-in',
      'access-token',
      'credentials',
      'keys',
      'profiles',
      'unknown',
    ])
    .catch('unknown'),
  id: z.string(),
  at: z.int(),
}) satisfies z.ZodType<Change>;
