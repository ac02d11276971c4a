import { profilesText, readProfiles } from '#src/client/answers';
import { signInOnPhone } from '#src/client/sign-in';
import { ensure, type Stage } from '../stage.ts';

/** What Kinpass is for: another app on another device finds the profile, and no TV provider is asked again. */
export const secondDevice = async (stage: Stage): Promise<void> => {
  const { narrator, devices } = stage;
  const { phone } = devices;
  narrator.chapter(
    `Another app on another device: ${phone.name} (app ${phone.app.id}, brand ${phone.serviceProvider})`,
  );

  const askedBefore = await mvpdPages(stage);
  await signInOnPhone(phone, { browser: stage.browser(phone), provider: 'google', user: stage.user('ana') });
  narrator.step('Ana signs in with Google this time (authorization code with PKCE).');

  const answer = await stage.exchange({
    who: 'Phone',
    what: `GET /api/v2/${phone.serviceProvider}/profiles`,
    run: () => phone.profiles(),
    told: profilesText,
  });
  const type = readProfiles(answer)['Cablevision']?.type;
  ensure(
    type === 'serviceTokenSSO',
    `the phone was to find the Cablevision profile by single sign-on, not ${type ?? 'nothing'}`,
  );

  narrator.fact('gateway', 'DTC and Google both vouch for ana@viewers.example, so this is the same account');
  ensure((await mvpdPages(stage)) === askedBefore, 'a TV provider was asked again');
  narrator.step('No TV provider was asked: the profile of the TV followed Ana to her phone.');
};

/** How many requests the TV providers have had. */
const mvpdPages = async ({ control }: Stage): Promise<number> =>
  (await control.requests()).filter(({ party }) => party === 'mvpd').length;
