/** The rows of the logout, under `/v1/sp/{serviceProvider}`. */
import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { Endpoint } from '#src/rest-v2/operation';
import { redirectUrl } from '#src/rest-v2/redirect-url';
import type { OwnEndpoint } from './v1-endpoints.ts';

const scope = z
  .enum(['mvpd', 'app', 'family', 'identity'])
  .describe(
    'mvpd: one MVPD in all apps of the family; app: this app on this device; family: every MVPD; identity: the sign-in of the viewer as well',
  );
const headers = [
  'accept',
  'user-agent',
  'ap-device-identifier',
  'x-device-info',
  'ap-visitor-identifier',
] as const;

const line = {
  mvpd: z.string(),
  serviceProvider: z.string(),
  app: z.string(),
  device: z.enum(['this', 'other']),
  profile: z.string().describe('Type of the profile, as it was found; unknown: not through the gateway'),
  basis: z
    .enum(['documented', 'expected'])
    .describe('Whether Adobe documents that it ends, or that is expected'),
};

export const logoutPlan = {
  name: 'planLogout',
  route: 'v1.logout-plan',
  method: 'GET',
  path: '/v1/sp/{serviceProvider}/logout/plan',
  headers,
  query: z.object({ scope: scope.default('family'), mvpd: adobeId.optional() }),
  answer: z.strictObject({ profiles: z.array(z.strictObject(line)) }),
  summary: 'Which profiles of the viewer, in which apps, a logout would end',
} as const satisfies Endpoint;

const error = z.strictObject({
  code: z.string(),
  action: z.string(),
  status: z.number().int(),
  message: z.string(),
  details: z.string().optional(),
  retryAfter: z.number().optional().describe('Seconds after which it is worth trying again'),
});

export const logout = {
  name: 'logOutEverywhere',
  route: 'v1.logout',
  method: 'POST',
  path: '/v1/sp/{serviceProvider}/logout',
  headers: [...headers, 'content-type'],
  body: {
    contentType: 'application/json',
    shape: z.object({
      scope,
      mvpd: adobeId.optional().describe('Required for one MVPD'),
      redirectUrl: redirectUrl.describe('Where the browser goes after the logout at the MVPD'),
      browser: z.boolean().default(true).describe('false: the device has no browser, and gets no URL'),
    }),
  },
  answer: z.strictObject({
    complete: z.boolean().describe('false: repeat the request for what is left'),
    profiles: z.array(
      z.strictObject({
        ...line,
        status: z.enum(['ended', 'failed']),
        actionName: z.string().optional().describe("Adobe's, as in REST V2"),
        actionType: z.string().optional(),
        url: z.string().optional().describe('Open it in the browser: the logout at the MVPD'),
        error: error.optional(),
      }),
    ),
    signedOut: z.boolean().describe('Whether the sign-in of the viewer in this app has ended'),
    url: z.string().optional().describe("Open it last: ends the viewer's session in the browser"),
    identityProvider: z
      .strictObject({
        id: z.string(),
        logout: z
          .enum(['next', 'none'])
          .describe(
            'next: `url` goes on to its own logout; none: it has none, cannot say, or there is no browser, and the viewer stays signed in there',
          ),
      })
      .optional()
      .describe('That the sign-in rested on, where that has ended with the identity'),
  }),
  summary: "End the viewer's profiles at one MVPD, in this app or in the family, and the sign-in as well",
} as const satisfies OwnEndpoint;
