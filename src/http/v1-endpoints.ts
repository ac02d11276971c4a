/** The gateway's own API, under `/v1/sp/{serviceProvider}`: rows like those of REST V2. docs/openapi.json is made from them. */
import { z } from 'zod';
import { adobeId } from '#src/config/values';
import { namedResource, sentText, structuredResource } from '#src/resources/resource';
import type { Endpoint } from '#src/rest-v2/operation';

/** A row of which the body may be one of several. */
export type OwnEndpoint = Omit<Endpoint, 'body'> & {
  readonly body?: { readonly contentType: 'application/json'; readonly shape: z.ZodType };
};

const decisionsRequest = z.discriminatedUnion('purpose', [
  z.object({
    purpose: z.literal('browse').describe('Which resources to show as playable; never enough to play one'),
    mvpd: adobeId.describe('MVPD of the profile'),
    resources: z
      .array(namedResource)
      .min(1, 'must name at least one resource')
      .max(500)
      .describe('Ids, MRSS documents or structures, in any number up to 500'),
  }),
  z.object({
    purpose: z.literal('play').describe('Whether one resource plays; a play in the reports of Adobe'),
    mvpd: adobeId.describe('MVPD of the profile'),
    resources: z
      .tuple([namedResource], 'must name one resource')
      .describe('An id, MRSS document or structure'),
  }),
]);

const reason = z.strictObject({
  code: z.string().describe("Adobe's code, or one of the gateway's own (gateway_…)"),
  action: z.string().describe('What the app should do, as in the errors of REST V2'),
  status: z.number().int(),
  message: z.string(),
  details: z.string().optional().describe('The text for the viewer, of the MVPD or of a business rule'),
  retryAfter: z.number().optional().describe('Seconds after which it is worth asking again'),
});

const mediaToken = z.strictObject({
  serializedToken: z.string(),
  notBefore: z.number().optional().describe('Epoch milliseconds'),
  notAfter: z.number().optional().describe('Epoch milliseconds. A running stream goes on'),
  resource: z
    .string()
    .optional()
    .describe('What the token names, for a resource that was named by its parts: what Adobe was asked'),
});

const next = z.strictObject({
  step: z.enum(['upgrade', 'parental', 'authenticate', 'retry', 'contact-provider']),
  text: z.string().describe('For the viewer, in a language of Accept-Language'),
});

const decisionsAnswer = z.strictObject({
  mvpd: z.string(),
  decisions: z
    .array(
      z.strictObject({
        resource: z.union([z.string(), structuredResource]).describe('As in the request'),
        decision: z
          .enum(['permit', 'deny', 'unknown'])
          .describe('unknown: there is no decision, and the error says why'),
        error: reason.optional().describe('Absent for a permit'),
        mediaToken: mediaToken.optional().describe('Of a permit to play, for the media server'),
        next: next.optional().describe('What the viewer can do about a resource that does not play'),
      }),
    )
    .describe('One for each resource, in the order of the request'),
});

export const decisions = {
  name: 'decide',
  route: 'v1.decisions',
  method: 'POST',
  path: '/v1/sp/{serviceProvider}/decisions',
  headers: [
    'accept',
    'user-agent',
    'content-type',
    'ap-device-identifier',
    'x-device-info',
    'ap-visitor-identifier',
    'ap-temppass-identity',
  ],
  body: { contentType: 'application/json', shape: decisionsRequest },
  answer: decisionsAnswer,
  summary: 'Which of any number of resources to show as playable, or whether one plays',
} as const satisfies OwnEndpoint;

export const userMetadata = {
  name: 'readUserMetadata',
  route: 'v1.user-metadata',
  method: 'GET',
  path: '/v1/sp/{serviceProvider}/user-metadata/{mvpd}',
  headers: ['accept', 'user-agent', 'ap-device-identifier', 'x-device-info', 'ap-visitor-identifier'],
  answer: z.strictObject({
    mvpd: z.string(),
    attributes: z.record(z.string(), z.json()).describe('By name, decrypted'),
    unreadable: z.array(z.string()).describe('Attributes that cannot be decrypted'),
  }),
  summary: "What the MVPD says of the viewer, as far as the app's settings release it",
} as const satisfies OwnEndpoint;

const mediaTokenQuestion = z.object({
  token: z.string().min(1).max(65_536).describe('The serializedToken of a permit, as it is'),
  serviceProvider: adobeId.describe('Service provider that plays'),
  resource: z
    .union([sentText, structuredResource], 'must be a text, or an object with a channel')
    .describe(
      'What is to be played: the resource of the authorization, unchanged, or `mediaToken.resource` of its answer',
    ),
});

const mediaTokenAnswer = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('VALID_TOKEN'),
    token: z.strictObject({
      session: z.string().describe("The MVPD's user id, hashed by Adobe: many streams of one may mean fraud"),
      requestor: z.string(),
      resource: z.string(),
      mvpd: z.string(),
      proxyMvpd: z.string().optional(),
      issuedAt: z.number().describe('Epoch milliseconds'),
      expiresAt: z.number().describe('Epoch milliseconds. A running stream goes on'),
    }),
  }),
  z.strictObject({
    status: z.enum([
      'INVALID_TOKEN_FORMAT',
      'INVALID_SIGNATURE',
      'TOKEN_EXPIRED',
      'INVALID_RESOURCE_ID',
      'TOKEN_ALREADY_USED',
    ]),
    detail: z.string(),
  }),
]);

export const mediaTokenVerification = {
  name: 'verifyMediaToken',
  route: 'v1.media-tokens',
  method: 'POST',
  path: '/v1/media-tokens/verify',
  headers: ['accept', 'user-agent', 'content-type'],
  body: { contentType: 'application/json', shape: mediaTokenQuestion },
  answer: mediaTokenAnswer,
  summary: 'Verify a media token for a media server, which may use it once',
} as const satisfies OwnEndpoint;
