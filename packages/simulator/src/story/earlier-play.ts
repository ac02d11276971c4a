import { profilesText, readProfiles } from '#src/client/answers';
import type { Device } from '#src/client/device';
import type { Stage } from './stage.ts';

/** Where a TV provider sends the browser back to; it must be on a domain that Adobe knows. */
export const landingUrl = 'https://www.testadobe.com/signed-in';

interface Start {
  readonly device: Device;
  readonly who: string;
}

/** The app looks for a profile. Profiles of an earlier run still exist, as they should; they are logged out first. */
export const beginWithoutProfile = async (stage: Stage, { device, who }: Start): Promise<void> => {
  const answer = await stage.exchange({
    who,
    what: `GET /api/v2/${device.serviceProvider}/profiles`,
    run: () => device.profiles(),
    summarize: profilesText,
  });
  const mvpds = Object.keys(readProfiles(answer));
  for (const mvpd of mvpds) await stage.patiently(() => device.logout(mvpd, landingUrl));
  if (mvpds.length > 0)
    stage.narrator.step('This profile is left over from an earlier run; it is logged out first.');
};
