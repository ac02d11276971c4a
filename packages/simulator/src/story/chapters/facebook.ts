import { profilesText, readProfiles } from '#src/client/answers';
import { signInOnPhone } from '#src/client/sign-in';
import { beginWithoutProfile } from '../earlier-play.ts';
import { ensure, type Stage } from '../stage.ts';
import { logInAtTvProvider } from './tv-provider.ts';

/** The same with another identity provider, in a web app and on a phone. */
export const facebook = async (stage: Stage): Promise<void> => {
  const { narrator, devices } = stage;
  const { laptop, otherPhone } = devices;
  const chloe = stage.user('chloe');
  narrator.chapter(
    `Chloé signs in with Facebook, on ${laptop.name} (app ${laptop.app.id}) and ${otherPhone.name}`,
  );

  await signInOnPhone(laptop, { browser: stage.browser(laptop), provider: 'facebook', user: chloe });
  narrator.step('Chloé signs in on the laptop with Facebook.');
  await beginWithoutProfile(stage, { device: laptop, who: 'Laptop' });
  await logInAtTvProvider(stage, { device: laptop, who: 'Laptop', user: chloe, mvpd: 'Spectrum' });

  await signInOnPhone(otherPhone, { browser: stage.browser(otherPhone), provider: 'facebook', user: chloe });
  narrator.step(`Then she signs in on her phone, in the app ${otherPhone.app.id}, again with Facebook.`);
  const answer = await stage.exchange({
    who: 'Phone',
    what: `GET /api/v2/${otherPhone.serviceProvider}/profiles`,
    run: () => otherPhone.profiles(),
    summarize: profilesText,
  });
  const found = readProfiles(answer);
  ensure(found['Spectrum']?.type === 'serviceTokenSSO', "Chloé's profile did not follow her to the phone");
  ensure(found['Cablevision'] === undefined, "Chloé sees Ana's profile");
};
