import { generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { readProfiles } from '#src/client/answers';
import { request, textOf } from '#src/client/request';
import { ensure, type Stage } from '../stage.ts';

/** The operations for which REST V2 lists the AD-Service-Token header. */
const bearers = [
  'decisions.authorize',
  'decisions.preauthorize',
  'logout',
  'profiles.all',
  'profiles.mvpd',
  'sessions.create',
];

/** What actually reached Adobe, and what happens to a stolen or forged token there. */
export const proof = async (stage: Stage): Promise<void> => {
  const { narrator, control } = stage;
  narrator.chapter('What reached Adobe, as the simulator recorded it');
  const requests = await control.requests();
  const carrying = requests.filter(({ headers }) => 'ad-service-token' in headers);
  const operations = [...new Set(carrying.map(({ operation }) => operation))].sort();
  narrator.step(
    `${requests.length} requests reached the simulated parties; ${carrying.length} carried an AD-Service-Token:`,
  );
  narrator.fact('on', operations.join(', '));
  ensure(operations.join() === bearers.join(), `expected the token on ${bearers.join(', ')}`);
  ensure(
    carrying.every(({ serviceToken }) => serviceToken?.verified),
    'Adobe could not verify one of the tokens',
  );
  narrator.fact('verified', 'all of them, with the public key that Adobe was given at the start');

  const { address } = stage.devices.otherPhone;
  const genuine = carrying.findLast(({ headers }) => headers['x-forwarded-for'] === address);
  const token = String(genuine?.headers['ad-service-token']);
  const claims = genuine?.serviceToken?.claims ?? {};
  narrator.step("A stranger calls Adobe directly, with their own registration and Chloé's token:");
  const bearer = await registerAtAdobe(stage);
  const profiles = (serviceToken: string) => profilesAtAdobe(stage, bearer, serviceToken);
  ensure((await profiles(token)).includes('Spectrum'), 'a genuine token did not find the profile');
  narrator.fact('genuine', 'finds the Spectrum profile, which is why the gateway never hands the token out');

  const tampered = await profiles(tamper(token, claims));
  const foreign = await profiles(await signedByAStranger(claims));
  ensure(tampered === '' && foreign === '', 'Adobe accepted a forged token');
  narrator.fact('tampered', 'ignored: no profile');
  narrator.fact('other key', 'ignored: no profile');
};

const strangersDevice = {
  model: 'Box',
  version: '1',
  osName: 'Linux',
  osVersion: '6',
  connectionType: 'wifi',
};

const stranger = {
  'x-forwarded-for': '192.0.2.66',
  'x-device-info': Buffer.from(JSON.stringify(strangersDevice)).toString('base64'),
};

const registerAtAdobe = async ({ simulator, fixtures }: Stage): Promise<string> => {
  const app = fixtures.apps.find(({ serviceProviders }) => serviceProviders.includes('REF40'));
  const registration = await request({
    method: 'POST',
    url: `${simulator}/o/client/register`,
    headers: stranger,
    json: { software_statement: app?.softwareStatement ?? '' },
  });
  const token = await request({
    method: 'POST',
    url: `${simulator}/o/client/token`,
    headers: stranger,
    form: {
      client_id: textOf(registration, 'client_id'),
      client_secret: textOf(registration, 'client_secret'),
      grant_type: 'client_credentials',
    },
  });
  return textOf(token, 'access_token');
};

/** The MVPDs of the profiles that Adobe returns for a token; '' if there are none. */
const profilesAtAdobe = async ({ simulator }: Stage, bearer: string, serviceToken: string): Promise<string> =>
  Object.keys(
    readProfiles(
      await request({
        url: `${simulator}/api/v2/REF40/profiles`,
        headers: {
          ...stranger,
          authorization: `Bearer ${bearer}`,
          'ap-device-identifier': `fingerprint ${Buffer.from('a device of a stranger').toString('base64')}`,
          'ad-service-token': serviceToken,
        },
      }),
    ),
  ).join();

/** Changed claims under the old signature. */
const tamper = (token: string, claims: object): string => {
  const [header, , signature] = token.split('.');
  const payload = Buffer.from(JSON.stringify({ ...claims, aud: 'Adobe' })).toString('base64url');
  return [header, payload, signature].join('.');
};

/** The same claims, correctly signed with a key that Adobe does not know. */
const signedByAStranger = async (claims: object): Promise<string> => {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ alg: 'RS256', kid: 'stranger' })
    .sign(privateKey);
};
