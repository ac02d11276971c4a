import { z } from 'zod';

export const googleSwitchesSchema = z.strictObject({
  issuerForm: z
    .enum(['url', 'bare'])
    .describe('Form of the issuer in ID tokens: Google uses both, its discovery document only the URL'),
  disabledUsers: z
    .array(z.string())
    .describe('Ids of users who cannot sign in or refresh; changed by account-disabled and account-enabled'),
  sessionAgeClaims: z
    .boolean()
    .describe('ID tokens have auth_time if the claims parameter asks for it; a project has to switch it on'),
  deviceInterval: z
    .int()
    .min(0)
    .max(60)
    .describe('Minimum seconds between polls, otherwise slow_down; 0: no limit, announced as 1'),
});

export type GoogleSwitches = z.output<typeof googleSwitchesSchema>;

export const googleDefaults: Readonly<GoogleSwitches> = {
  issuerForm: 'bare',
  disabledUsers: [],
  sessionAgeClaims: false,
  deviceInterval: 5,
};
