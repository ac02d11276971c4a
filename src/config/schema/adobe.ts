import { z } from 'zod';
import { duration, origin } from '../values.ts';

export const adobeSchema = z
  .strictObject({
    origin: origin
      .prefault('https://sp.auth.adobe.com')
      .describe('Origin of Adobe Pass; staging is https://sp.auth-staging.adobe.com'),
    strictHeaderTable: z
      .boolean()
      .default(false)
      .describe('Send device headers only where the reference pages list them'),
    connectTimeout: duration('100ms', '30s').prefault('2s').describe('Time limit for connecting'),
    timeout: duration('500ms', '60s').prefault('10s').describe('Time limit per call, retries included'),
    throttle: z
      .strictObject({
        perSecond: z.number().positive().max(1000).default(1).describe('Calls per device address and second'),
        burst: z.number().int().positive().max(1000).default(10).describe('Calls per device address at once'),
        longestWait: duration('0ms', '30s')
          .prefault('5s')
          .describe('Max time that a call waits for the rate limiter'),
      })
      .prefault({}),
  })
  .prefault({});
