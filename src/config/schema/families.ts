import { z } from 'zod';
import { claimName, duration, slug, text } from '../values.ts';
import { brandSchema } from './brand.ts';

const subject = z
  .discriminatedUnion('strategy', [
    z.strictObject({
      strategy: z.literal('account').describe('A keyed pseudonym of the account; the default'),
    }),
    z.strictObject({
      strategy: z
        .literal('claim')
        .describe("An id by which the programmer's other backends already know the viewer"),
      provider: slug
        .optional()
        .describe('Provider of the claim; required if the family has several providers'),
      claim: claimName.describe('`sub`, or a custom claim of the ID Token that never changes'),
      as: z
        .enum(['hashed', 'plain'])
        .default('hashed')
        .describe('Keyed hash within the family, or unchanged'),
    }),
  ])
  .default({ strategy: 'account' });

export const familySchema = z.strictObject({
  id: slug.describe('Never change it: subjects depend on it'),
  identityProviders: z.array(slug).min(1).describe('Providers that viewers of this family can sign in with'),
  linking: z
    .enum(['none', 'verifiedEmail'])
    .default('none')
    .describe(
      'Whether identities with the same address, verified by authoritative providers, share an account',
    ),
  linkingMaxAge: duration('1m', '400d')
    .prefault('30d')
    .describe('An address that was verified longer ago links no other identity: it may have changed hands'),
  profilesPer: z
    .enum(['viewer', 'device'])
    .default('viewer')
    .describe(
      'Who a TV-provider login belongs to: each viewer of a device separately, or everybody who uses the device',
    ),
  brand: brandSchema.optional().describe('How the pages look'),
  serviceToken: z.strictObject({
    issuer: text.describe('iss, exactly as agreed with Adobe'),
    audience: text.default('adobe').describe('aud, exactly as agreed with Adobe'),
    lifetime: duration('60s', '24h').prefault('1h').describe('Lifetime: exp minus iat'),
    subject,
  }),
});

export type FamilyConfig = z.output<typeof familySchema>;
