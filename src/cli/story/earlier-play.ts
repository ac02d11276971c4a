import { readProfiles } from './answers.ts';
import type { Device } from './devices.ts';
import type { Stage } from './stage.ts';

/** Where a TV provider's page sends the browser back to; it must lie on a domain that Adobe knows. */
export const landingUrl = 'https://www.testadobe.com/signed-in';

/** Credentials and profiles outlive a play, as they should; the story begins before them. */
export const forgetEarlierProfiles = async (
  { narrator, patiently }: Stage,
  device: Device,
): Promise<void> => {
  const mvpds = Object.keys(readProfiles(await patiently(() => device.profiles())));
  for (const mvpd of mvpds) await patiently(() => device.logout(mvpd, landingUrl));
  if (mvpds.length > 0) {
    narrator.fact(
      'earlier',
      `the ${mvpds.join(', ')} profile of an earlier play was still there; logged out`,
    );
  }
};
