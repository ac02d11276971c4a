import { z } from 'zod';

export const facebookSwitchesSchema = z.strictObject({
  idTokenInCodeFlow: z.boolean().describe('The code flow with scope openid also returns an ID token'),
  usersWithoutEmail: z
    .array(z.string())
    .describe('Ids of users who have no e-mail address at Facebook, or do not share it'),
  debugsOtherApps: z
    .boolean()
    .describe('debug_token accepts tokens of other apps and returns their app_id; off: it rejects them'),
  issuerForm: z
    .enum(['www', 'bare'])
    .describe('The iss of ID tokens; older documentation shows the bare host'),
  deviceInterval: z
    .int()
    .min(0)
    .max(60)
    .describe('Minimum seconds between polls; 0: no limit, announced as 1'),
});

export type FacebookSwitches = z.output<typeof facebookSwitchesSchema>;

export const facebookDefaults: Readonly<FacebookSwitches> = {
  idTokenInCodeFlow: true,
  usersWithoutEmail: [],
  debugsOtherApps: true,
  issuerForm: 'www',
  deviceInterval: 5,
};
