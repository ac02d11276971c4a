import { z } from 'zod';

export const googleSwitchesSchema = z.strictObject({
  issuerForm: z
    .enum(['url', 'bare'])
    .describe('How ID tokens spell the issuer: Google uses both, its discovery document only the URL'),
  disabledUsers: z
    .array(z.string())
    .describe('Ids of users who cannot sign in or refresh; account-disabled and account-enabled move them'),
  deviceInterval: z
    .int()
    .min(0)
    .max(60)
    .describe(
      'Seconds between polls; whoever asks earlier is told slow_down; 0 announces 1 and minds nothing',
    ),
});

export type GoogleSwitches = z.output<typeof googleSwitchesSchema>;

export const googleDefaults: Readonly<GoogleSwitches> = {
  issuerForm: 'bare',
  disabledUsers: [],
  deviceInterval: 5,
};
