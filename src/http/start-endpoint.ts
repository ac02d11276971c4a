/** The row of `POST /v1/sp/{serviceProvider}/start`. Names of OAuth are spelled as there, all others as in REST V2. */
import { z } from 'zod';
import { adobeId } from '#src/config/values';
import { sessionForm } from '#src/rest-v2/requests';
import type { OwnEndpoint } from './v1-endpoints.ts';

const startRequest = z.object({
  client_id: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      "Without a bearer: the app's id, or the client id of a registered instance; begins a sign-in by code",
    ),
  client_secret: z.string().min(1).max(255).optional().describe('Of a registered instance'),
  device_code: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Of an earlier answer: the same sign-in goes on, and its tokens are given once it is approved'),
  mvpd: adobeId.optional().describe('MVPD that the app remembers, or that the viewer has chosen'),
  choose: z
    .boolean()
    .default(false)
    .describe('The viewer wants another provider: the one of `mvpd`, or without it one of the list'),
  redirectUrl: sessionForm.shape.redirectUrl.describe(
    "Where the browser lands after the login at the MVPD; the gateway's first page if absent",
  ),
  domainName: sessionForm.shape.domainName.describe(
    'As in REST V2; the registered domain of redirectUrl if absent. Required with a custom scheme',
  ),
});

export type StartQuestion = z.output<typeof startRequest>;

const instant = (what: string) => z.number().describe(`Epoch milliseconds. ${what}`);

const profile = z
  .strictObject({
    mvpd: z.string(),
    type: z.string().describe("Adobe's: regular, serviceTokenSSO, …"),
    issuer: z.string(),
    notBefore: z.number(),
    notAfter: z.number(),
    attributes: z.record(z.string(), z.json()),
  })
  .describe('A profile as in REST V2, with its MVPD');

const provider = z.strictObject({
  id: z.string().describe('MVPD: send it as `mvpd`'),
  displayName: z.string(),
  logoUrl: z.string().optional(),
  aliases: z.array(z.string()).describe('Other names under which viewers look for it'),
  isRemembered: z.boolean(),
});

const shown = {
  url: z.string().describe('What a viewer opens'),
  code: z.string().describe('What a viewer types'),
  qr: z.string().describe('The text of a QR code'),
};

const next = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('play'), mvpd: z.string().describe('MVPD to ask for decisions with') }),
  z.strictObject({
    step: z.literal('sign-in'),
    url: shown.url.optional(),
    code: shown.code.optional(),
    qr: shown.qr.optional(),
    device_code: z.string().optional().describe('Secret of the device: send it with the next start'),
    interval: z.number().optional().describe('Seconds between two starts that do not wait'),
    notAfter: instant('The code expires').optional(),
    reason: z.enum(['denied', 'expired']).optional().describe('Why it is another code than the one sent'),
  }),
  z.strictObject({ step: z.literal('choose-provider'), providers: z.array(provider) }),
  z.strictObject({
    step: z.literal('authenticate'),
    mvpd: z.string(),
    ...shown,
    notAfter: instant('The code expires'),
  }),
  z.strictObject({
    step: z.literal('temporary'),
    mvpd: z.string().describe('TempPass to ask for decisions with'),
    notAfter: instant('It ends, if it has begun or begins now').optional(),
  }),
]);

const startAnswer = z.strictObject({
  id: z.string().describe('Send it as Last-Event-ID to wait for another answer than this'),
  viewer: z.strictObject({ sub: z.string().describe('As in the ID token') }).nullable(),
  tokens: z
    .looseObject({ access_token: z.string() })
    .optional()
    .describe('RFC 6749 §5.1, once: to the holder of the device code, when the viewer has approved'),
  profile: profile.optional().describe('The best one'),
  profiles: z.array(profile).optional().describe('Those to choose from, where none is best'),
  next: next.nullable().describe('null: the tokens came, and `error` says why nothing else did'),
  error: z
    .strictObject({
      code: z.string(),
      action: z.string(),
      status: z.int(),
      message: z.string(),
      details: z.string().optional(),
      retryAfter: z.number().optional(),
    })
    .optional(),
});

export type StartAnswer = z.input<typeof startAnswer>;

export const start = {
  name: 'start',
  route: 'v1.start',
  method: 'POST',
  path: '/v1/sp/{serviceProvider}/start',
  headers: [
    'accept',
    'user-agent',
    'content-type',
    'ap-device-identifier',
    'x-device-info',
    'ap-visitor-identifier',
    'ap-temppass-identity',
    'ap-partner-framework-status',
    'adobe-subject-token',
    'x-roku-reserved-roku-connect-token',
  ],
  body: { contentType: 'application/json', shape: startRequest },
  answer: startAnswer,
  summary:
    'Where a viewer stands, and the one next step; Prefer: wait=N waits for the next one, Accept: text/event-stream streams them',
} as const satisfies OwnEndpoint;
