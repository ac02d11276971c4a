import { z } from 'zod';

export const dtcSwitchesSchema = z.strictObject({
  backchannelLogout: z.boolean().describe('A user who logs out is announced to the client at once'),
  logoutTokenExp: z.boolean().describe('Logout tokens expire; older providers leave exp out'),
  logoutTokenSid: z.boolean().describe('Logout tokens name the session; off, they mean every session of sub'),
  emailVerified: z.boolean().describe('What email_verified says of every user'),
  rotateRefreshTokens: z.boolean().describe('A refresh token is used up and replaced whenever it is used'),
  deviceInterval: z
    .int()
    .min(0)
    .max(60)
    .describe(
      'Seconds between polls of a device; whoever asks earlier is told slow_down, and to wait 5 more; 0 announces 1 and minds nothing',
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
