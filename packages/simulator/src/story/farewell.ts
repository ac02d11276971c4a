import { styled } from '#src/cli/terminal';
import type { Fixtures } from '#src/fixtures';
import type { Stage } from './stage.ts';

interface Places {
  readonly gateway: string;
  readonly simulator: string;
  readonly fixtures: Fixtures;
}

const heading = (text: string): string => `\n${styled('bold', text)}`;

/** Addresses to open, and the users who can sign in. */
export const whatToOpen = ({ gateway, simulator, fixtures }: Places): string[] => [
  heading('Open'),
  ...[
    [`${gateway}/.well-known/openid-configuration`, 'how apps sign in'],
    [`${gateway}/.well-known/service-token-jwks.json`, 'public keys of the service tokens'],
    [`${simulator}/`, 'the simulated world, live: sign-ins, recent calls, controls'],
    [`${simulator}/_control/requests`, 'every request to Adobe, TV providers and identity providers'],
    [`${simulator}/_control/fixtures`, 'users, apps, TV providers, resources'],
  ].map(([url = '', what]) => `   ${url.padEnd(60)}${what}`),
  heading('Users'),
  ...fixtures.users.flatMap((user) => [
    `   ${user.id.padEnd(8)}${user.dtc.email}, password ${user.password}   (DTC, Google, Facebook)`,
    ...user.subscriptions.map(
      ({ mvpd, username, password, resources }) =>
        `           ${mvpd}: ${username}, password ${password}   (${resources.join(', ')})`,
    ),
  ]),
];

/** Calls to paste into a shell, with Chloé's access token from the end of the story. */
export const whatToTry = ({ gateway, devices }: Stage): string[] => {
  const { otherPhone: phone } = devices;
  if (!phone.tokens) return [];
  const minutes = Math.floor(phone.tokens.expiresIn / 60);
  const api = `${gateway}/api/v2/${phone.serviceProvider}`;
  const headers = [
    `-H 'Authorization: Bearer ${phone.tokens.accessToken}'`,
    `-H 'AP-Device-Identifier: ${phone.headers['ap-device-identifier']}'`,
  ].join(' ');
  const json = `-H 'Content-Type: application/json' -d '{"resources":["REF40"]}'`;
  return [
    heading(`Try it as Chloé on her phone (the access token is valid for ${minutes} minutes)`),
    `   curl -s ${headers} ${api}/profiles`,
    `   curl -s ${headers} ${api}/configuration`,
    `   curl -s ${headers} ${json} ${api}/decisions/authorize/Spectrum`,
  ];
};
