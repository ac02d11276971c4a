import { profilesText, readProfiles } from '#src/client/answers';
import { signInOnPhone } from '#src/client/sign-in';
import { ensure, type Stage } from '../stage.ts';

/** What Kinpass is for: another app on another device finds the profile, without a second TV-provider login. */
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
    summarize: profilesText,
  });
  const type = readProfiles(answer)['Cablevision']?.type;
  ensure(
    type === 'serviceTokenSSO',
    `expected a Cablevision profile by single sign-on on the phone, found ${type ?? 'none'}`,
  );

  narrator.fact(
    'gateway',
    'DTC and Google have both verified ana@viewers.example, so this is the same account',
  );
  ensure((await mvpdPages(stage)) === askedBefore, 'a TV provider was contacted again');
  narrator.step('No TV-provider login was needed: the profile followed Ana from the TV to her phone.');
};

/** How many requests the TV providers have received. */
const mvpdPages = async ({ control }: Stage): Promise<number> =>
  (await control.requests()).filter(({ party }) => party === 'mvpd').length;
