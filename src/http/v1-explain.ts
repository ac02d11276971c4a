/** The row of `explain`, under `/v1/sp/{serviceProvider}`. */
import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { Endpoint } from '#src/rest-v2/operation';

export const sharingAnswer = z.strictObject({
  shared: z.boolean().describe('Whether the app finds a profile of the viewer'),
  finding: z.string().optional().describe('Id of the check with the first fact that prevents it'),
  mvpd: z.string().optional().describe('MVPD that was looked at; absent: any'),
  checks: z
    .array(
      z.strictObject({
        id: z.string(),
        question: z.string(),
        verdict: z.enum(['ok', 'failed', 'skipped']),
        summary: z.string(),
        facts: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
          .optional()
          .describe('What was compared; nothing of another account'),
        cure: z.string().optional(),
      }),
    )
    .describe('In the order in which the facts take effect'),
});

export const explain = {
  name: 'explain',
  route: 'v1.explain',
  method: 'GET',
  path: '/v1/sp/{serviceProvider}/explain',
  headers: ['accept', 'user-agent', 'ap-device-identifier', 'x-device-info', 'ap-visitor-identifier'],
  query: z.object({
    mvpd: adobeId.optional().describe("Default: that of the viewer's last login"),
    domainName: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'must be a domain name')
      .optional()
      .describe("Domain on which the app runs. Default: the app's `redirectDomains`"),
  }),
  answer: sharingAnswer,
  summary: 'Why this app finds no TV-provider profile of its viewer',
} as const satisfies Endpoint;
