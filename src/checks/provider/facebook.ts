import { failed, ok, warning } from '../outcome.ts';
import { membersOf, type Reading } from './ask.ts';
import type { MakeCheck } from './checked-provider.ts';
import { noAnswer, statusFault } from './faults.ts';

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
const unknownPath = 2500;

const codeOf = (reading: Reading): number | undefined => {
  const { error } = membersOf(reading);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
};

/**
 * A version is served for about two years; calls to a retired one are served by the oldest available, which a response
 * header names (https://developers.facebook.com/docs/graph-api/guides/versioning).
 */
export const graphVersion: MakeCheck = ({ settings: { config }, evidence }) => ({
  id: 'provider.graph-version',
  question: 'Is the version of the Graph API still served?',
  run: async () => {
    const reading = await evidence.debugToken();
    if ('failure' in reading) return noAnswer(reading);
    const configured = config.kind === 'facebook' ? config.graphVersion : '';
    const cure =
      'Set graphVersion to a supported version: https://developers.facebook.com/docs/graph-api/changelog';
    if (reading.status >= 500) return statusFault(reading, cure);
    if (codeOf(reading) === unknownPath) return failed(`The Graph API has no version ${configured}.`, cure);
    const served = reading.headers.get('facebook-api-version');
    if (served === null || served === configured) return ok(`${configured} is served.`);
    return warning(`${configured} has ended; calls are served as ${served}.`, cure);
  },
});

/** With the app access token `APP_ID|APP_SECRET`, as at every sign-in that brings no ID Token. */
export const appSecret: MakeCheck = ({ evidence }) => ({
  id: 'provider.app-secret',
  question: 'Are the app id and the app secret accepted?',
  needs: ['provider.graph-version'],
  run: async () => {
    const reading = await evidence.debugToken();
    if ('failure' in reading) return noAnswer(reading);
    if (reading.status === 200 && membersOf(reading)['data'] !== undefined)
      return ok('The Graph API accepts the app id and the app secret.');
    return failed(
      `The Graph API rejects them (status ${reading.status}, code ${codeOf(reading) ?? 'none'}).`,
      'Copy clientId and clientSecret from the App Dashboard → App settings → Basic: "App ID" and "App secret", not the client token. A deactivated app is refused as well.',
    );
  },
});
