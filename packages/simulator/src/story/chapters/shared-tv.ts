import { decisionsText, profilesText, readDecisions, readLogouts, readProfiles } from '#src/client/answers';
import type { Device } from '#src/client/device';
import { signInOnTv } from '#src/client/sign-in';
import { landingUrl } from '../earlier-play.ts';
import { ensure, type Stage } from '../stage.ts';

/** Two viewers on one television: neither sees or ends the other's profiles. */
export const sharedTv = async (stage: Stage): Promise<void> => {
  const { narrator, devices } = stage;
  const { tv, phone } = devices;
  narrator.chapter("Ben borrows Ana's TV");

  const anas = tv.tokens;
  const bens = await signInOnTv(tv, {
    browser: stage.browser(tv),
    provider: 'dtc',
    user: stage.user('ben'),
  });
  narrator.step('Ben signs in on the same TV with DTC, using his own phone.');
  ensure(Object.keys(await profilesOn(stage, tv, 'TV, Ben')).length === 0, "Ben sees Ana's profile");
  const tried = await stage.exchange({
    who: 'TV, Ben',
    what: `POST /api/v2/${tv.serviceProvider}/decisions/authorize/Cablevision (REF30)`,
    run: () => tv.authorize('Cablevision', ['REF30']),
    summarize: decisionsText,
  });
  ensure(
    readDecisions(tried).every(({ authorized }) => !authorized),
    "Ben can watch with Ana's profile",
  );

  await tv.signIn.signOut(bens);
  tv.use(anas);
  narrator.step('Ben signs out. Ana picks up the remote again.');
  ensure('Cablevision' in (await profilesOn(stage, tv, 'TV, Ana')), "Ben's sign-out ended Ana's profile");

  await stage.exchange({
    who: 'Phone, Ana',
    what: `GET /api/v2/${phone.serviceProvider}/logout/Cablevision`,
    run: () => phone.logout('Cablevision', landingUrl),
    summarize: (answer) => `${readLogouts(answer)['Cablevision']?.actionName} at Cablevision`,
  });
  ensure(
    Object.keys(await profilesOn(stage, phone, 'Phone, Ana')).length === 0,
    'the phone still has a profile',
  );
  ensure(Object.keys(await profilesOn(stage, tv, 'TV, Ana')).length === 0, 'the TV still has a profile');
  narrator.step('One logout ends the profile on every device.');
};

const profilesOn = async (stage: Stage, device: Device, who: string) =>
  readProfiles(
    await stage.exchange({
      who,
      what: `GET /api/v2/${device.serviceProvider}/profiles`,
      run: () => device.profiles(),
      summarize: profilesText,
    }),
  );
