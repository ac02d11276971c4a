import { z } from 'zod';

export const facebookSwitchesSchema = z.strictObject({
  idTokenInCodeFlow: z.boolean().describe('The code flow with scope openid also returns an ID token'),
  usersWithoutEmail: z
    .array(z.string())
    .describe('Ids of users who have no e-mail address there, or did not share it'),
  debugsOtherApps: z
    .boolean()
    .describe('debug_token also answers about tokens of other apps, with their app_id; off, it refuses them'),
  issuerForm: z
    .enum(['www', 'bare'])
    .describe('Whose iss ID tokens carry: older documents name the bare host'),
  deviceInterval: z
    .int()
    .min(0)
    .max(60)
    .describe('Seconds between polls; whoever asks earlier is told so; 0 announces 1 and minds nothing'),
});

export type FacebookSwitches = z.output<typeof facebookSwitchesSchema>;

export const facebookDefaults: Readonly<FacebookSwitches> = {
  idTokenInCodeFlow: true,
  usersWithoutEmail: [],
  debugsOtherApps: true,
  issuerForm: 'www',
  deviceInterval: 5,
};
