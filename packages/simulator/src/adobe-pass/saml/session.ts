import { z } from 'zod';

/** What Adobe stores of a SAML login, for authorization and logout. */
export const samlSession = z.object({
  protocol: z.literal('saml'),
  /** EntityID of the MVPD; of the proxied MVPD if a proxy signs. */
  issuer: z.string(),
  /** ID of the assertion. */
  assertion: z.string(),
  nameId: z.object({
    value: z.string(),
    format: z.string(),
    nameQualifier: z.string().nullable(),
    spNameQualifier: z.string().nullable(),
  }),
  sessionIndex: z.string(),
});

export type SamlSession = z.output<typeof samlSession>;
