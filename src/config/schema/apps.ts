import { z } from 'zod';
import {
  adobeId,
  appScheme,
  domain,
  duration,
  httpUrl,
  origin,
  readableFile,
  secretText,
  slug,
  text,
  viewerText,
} from '../values.ts';
import { brandSchema } from './brand.ts';

const externalServiceToken = z.strictObject({
  issuer: text.max(255).describe('iss of the tokens, exact match'),
  audience: text.max(255).default('adobe').describe('aud of the tokens, exact match'),
  keys: z.union([
    z.strictObject({ jwks: httpUrl.describe("URL of the identity service's public keys") }),
    z.strictObject({
      pem: z
        .array(readableFile)
        .min(1)
        .max(10)
        .describe('Files with its public keys or certificates, one per file'),
    }),
  ]),
  longestLifetime: duration('60s', '24h')
    .prefault('24h')
    .describe('Tokens with a longer lifetime are rejected'),
  use: z
    .enum(['pass', 'exchange'])
    .describe(
      "Forward the token to Adobe unchanged, or replace it with the gateway's token for the same account",
    ),
  overViewer: z
    .boolean()
    .default(false)
    .describe('Whether it takes precedence over the viewer signed in at the gateway'),
});

export const appSchema = z.strictObject({
  id: slug.describe('Its OAuth client_id'),
  name: viewerText.describe('Name shown to viewers'),
  family: slug.describe('Id of the family whose viewers it signs in'),
  brand: brandSchema.optional().describe("How the app's pages look, over its family's brand"),
  environment: slug
    .default('default')
    .describe(
      'Environment of Adobe Pass that it uses: production, staging, prequal-production, prequal-staging, an id of `adobe.environments`, or the one of `adobe.origin`. Another one means other credentials: viewers log in at their TV provider again',
    ),
  serviceProviders: z.array(adobeId).min(1).describe('Service providers that this app may use'),
  softwareStatement: z
    .union([secretText, z.array(secretText).min(1).max(100).meta({ writeOnly: true })])
    .describe(
      "Adobe's software statement of this registered application; a list where several versions of the app are in use, the newest first",
    ),
  redirectUris: z
    .array(text)
    .default([])
    .describe('Where sign-in on a phone or the web may return to; empty for TVs'),
  postLogoutRedirectUris: z
    .array(text)
    .default([])
    .describe('Where RP-initiated sign-out may return to, exact match'),
  corsOrigins: z.array(origin).prefault([]).describe('Web origins that may call the gateway from a browser'),
  redirectDomains: z
    .array(domain)
    .default([])
    .describe(
      'Domains, with their subdomains, that redirectUrl of REST V2 may have, among those of the service provider; empty for all of these',
    ),
  redirectSchemes: z
    .array(appScheme)
    .default([])
    .describe(
      'Custom schemes that redirectUrl of REST V2 may have, such as com.example.app; an app with neither these nor `redirectDomains` may use those that the TVE Dashboard generates (adbe.…)',
    ),
  splitPreauthorization: z
    .boolean()
    .default(false)
    .describe("Split preauthorize calls of REST V2 by the MVPD's limit of resources"),
  filterConfiguration: z
    .boolean()
    .default(false)
    .describe(
      'Apply `picker` to the configuration of REST V2 as well; otherwise the app gets it as Adobe sends it',
    ),
  userMetadata: z
    .array(text.max(100))
    .max(100)
    .default([])
    .describe(
      'Attributes of profiles that this app may read by `GET /v1/sp/{serviceProvider}/user-metadata/{mvpd}`, such as zip or userID; encrypted ones are decrypted',
    ),
  tempPass: adobeId
    .optional()
    .describe(
      'TempPass (an MVPD id) that `start` offers to viewers who have no profile, as the step `temporary`; absent: none',
    ),
  externalServiceToken: externalServiceToken
    .optional()
    .describe('AD-Service-Tokens of another identity service that this app may send'),
});

export type AppConfig = z.output<typeof appSchema>;
