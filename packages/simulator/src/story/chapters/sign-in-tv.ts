import { approveDevice } from '#src/client/sign-in';
import { beginWithoutProfile } from '../earlier-play.ts';
import { qrTerminal } from '../qr.ts';
import type { Stage } from '../stage.ts';

/** The device authorization grant (RFC 8628): the TV has no keyboard, so Ana signs in on her phone. */
export const signInTv = async (stage: Stage): Promise<void> => {
  const { narrator, devices } = stage;
  const { tv, phone } = devices;
  const ana = stage.user('ana');
  narrator.chapter(`Ana signs in on ${tv.name} (app ${tv.app.id}, brand ${tv.serviceProvider})`);

  const code = await tv.signIn.requestDeviceCode();
  narrator.step(`The TV requests a device code and shows ${code.userCode} with this QR code:`);
  narrator.block(qrTerminal(code.verificationUriComplete));
  narrator.fact('opens', code.verificationUriComplete);

  narrator.step(`${phone.name} opens it. Ana chooses DTC and signs in there with her password.`);
  const browser = stage.browser(phone);
  const page = await approveDevice(browser, code.verificationUriComplete, { provider: 'dtc', user: ana });
  narrator.fact(
    'gateway',
    `verifies the ID token of DTC; Ana compares the code and approves: "${page.title}"`,
  );

  tv.use(await tv.signIn.awaitTokens(code));
  narrator.step("The TV's next poll returns its tokens. It never saw a password.");
  await beginWithoutProfile(stage, { device: tv, who: 'TV' });
};
