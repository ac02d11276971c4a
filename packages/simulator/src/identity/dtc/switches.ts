import { z } from 'zod';

export const dtcSwitchesSchema = z.strictObject({
  backchannelLogout: z.boolean().describe('Send a logout token to the client when a user logs out'),
  logoutTokenExp: z.boolean().describe('Logout tokens have exp; older providers omit it'),
  logoutTokenSid: z.boolean().describe('Logout tokens have sid; off: they mean all sessions of sub'),
  emailVerified: z.boolean().describe('The email_verified claim of all users'),
  rotateRefreshTokens: z.boolean().describe('Refresh tokens are rotated on use'),
  deviceInterval: z
    .int()
    .min(0)
    .max(60)
    .describe(
      'Minimum seconds between polls, otherwise slow_down and 5 seconds more; 0: no limit, announced as 1',
    ),
});

export type DtcSwitches = z.output<typeof dtcSwitchesSchema>;

export const dtcDefaults: Readonly<DtcSwitches> = {
  backchannelLogout: true,
  logoutTokenExp: true,
  logoutTokenSid: true,
  emailVerified: true,
  rotateRefreshTokens: true,
  deviceInterval: 5,
};
