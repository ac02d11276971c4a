import { profilesText, readProfiles, readSession } from '#src/client/answers';
import type { Device } from '#src/client/device';
import { signInAtMvpd } from '#src/client/sign-in';
import type { User } from '#src/fixtures';
import { landingUrl } from '../earlier-play.ts';
import { ensure, type Stage } from '../stage.ts';

/** The only time that Ana sees her TV provider's login page. */
export const tvProvider = async (stage: Stage): Promise<void> => {
  const { tv } = stage.devices;
  stage.narrator.chapter('Ana signs in at her TV provider, once');
  await logInAtTvProvider(stage, { device: tv, who: 'TV', user: stage.user('ana'), mvpd: 'Cablevision' });
};

interface Login {
  readonly device: Device;
  readonly who: string;
  readonly user: User;
  readonly mvpd: string;
}

export const logInAtTvProvider = async (stage: Stage, { device, who, user, mvpd }: Login): Promise<void> => {
  const { narrator } = stage;
  const { serviceProvider: brand } = device;
  const created = await stage.exchange({
    who,
    what: `POST /api/v2/${brand}/sessions (mvpd ${mvpd})`,
    run: () => device.createSession({ mvpd, domainName: 'testadobe.com', redirectUrl: landingUrl }),
    summarize: (answer) => `${readSession(answer).actionName} in a browser, code ${readSession(answer).code}`,
  });
  const { url, code } = readSession(created);
  ensure(url !== undefined && code !== undefined, `${mvpd} did not ask ${user.name} to log in`);

  const subscription = user.subscriptions.find((candidate) => candidate.mvpd === mvpd);
  ensure(subscription !== undefined, `${user.name} has no subscription at ${mvpd}`);
  const browser = stage.browser(device);
  const landed = await signInAtMvpd(browser, device.browserUrl(created), subscription);
  ensure(landed.url.href.startsWith(landingUrl), `the login at ${mvpd} ended on the page "${landed.title}"`);
  narrator.step(
    `${user.name} logs in at ${mvpd} as ${subscription.username}; the browser returns to ${landingUrl}.`,
  );

  const answer = await stage.exchange({
    who,
    what: `GET /api/v2/${brand}/profiles/code/${code}`,
    run: () => device.profileByCode(code),
    summarize: profilesText,
  });
  ensure(
    readProfiles(answer)[mvpd]?.type === 'regular',
    `there is no regular ${mvpd} profile after the login`,
  );
};
