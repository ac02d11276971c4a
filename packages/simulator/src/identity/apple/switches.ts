import { z } from 'zod';

export const appleSwitchesSchema = z.strictObject({
  stringBooleans: z
    .boolean()
    .describe(
      'email_verified and is_private_email are the strings "true" and "false"; Apple sends both forms',
    ),
  usersWithoutEmail: z
    .array(z.string())
    .describe('Ids of users whose tokens carry no e-mail address, as those of managed accounts'),
});

export type AppleSwitches = z.output<typeof appleSwitchesSchema>;

export const appleDefaults: Readonly<AppleSwitches> = { stringBooleans: true, usersWithoutEmail: [] };
