/**
 * Dynamic client registration: client credentials for a software statement, access tokens for the credentials. This
 * folder owns both endpoints and their OAuth errors; it must not know REST API V2, which only reads the tokens.
 */
import { z } from 'zod';
import type { Fixtures } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { mediaType } from '#src/site';
import type { Answer } from '../requests/answer.ts';
import type { Incoming } from '../requests/call.ts';
import { checkDeviceInfo } from '../requests/device.ts';
import type { AdobeState } from '../state.ts';
import type { Switches, SwitchReader } from '../switches.ts';

export type DeviceInfoSwitches = Pick<Switches, 'deviceInfo' | 'registrationDeviceInfo'>;

interface Deps {
  readonly fixtures: Pick<Fixtures, 'apps'>;
  readonly state: Pick<AdobeState, 'apps' | 'clients'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly changed: () => void;
  readonly switches: SwitchReader<keyof DeviceInfoSwitches | 'registerRedirectUri'>;
}

const bodySchema = z.object({ software_statement: z.string().min(1), redirect_uri: z.string().optional() });

/** Dynamic client registration has OAuth errors, never enhanced ones. */
export const oauthError = (error: string): Answer => ({ status: 400, body: { error } });

/** Whether X-Device-Info is as complete as the switches require. */
export const hasRequiredDeviceInfo = ({ headers }: Incoming, switches: DeviceInfoSwitches): boolean => {
  const given = headers['x-device-info'];
  if (given === undefined) return switches.registrationDeviceInfo === 'optional';
  try {
    checkDeviceInfo(given, switches.deviceInfo);
    return true;
  } catch {
    return false;
  }
};

const parseBody = (incoming: Incoming, switches: Deps['switches']['now']) => {
  try {
    const { headers, body } = incoming;
    if (mediaType(headers['content-type']) !== 'application/json') return null;
    if (!hasRequiredDeviceInfo(incoming, switches)) return null;
    const parsed = bodySchema.parse(JSON.parse(body));
    const isComplete = switches.registerRedirectUri === 'optional' || parsed.redirect_uri !== undefined;
    return isComplete ? parsed : null;
  } catch {
    return null;
  }
};

/** Whether a readable statement has another scope (such as REST API V1), so that its application lacks V2. */
const lacksScope = (statement: string): boolean => {
  try {
    const payload = Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString('utf8');
    return !z.object({ scope: z.string() }).parse(JSON.parse(payload)).scope.includes('api:client:v2');
  } catch {
    return false;
  }
};

const isRedirectUri = (uri: string): boolean => URL.canParse(uri) && /^[a-z][a-z0-9+.-]*:\S+$/i.test(uri);

/** POST /o/client/register: credentials for the app of the software statement; they do not expire. */
export const createRegister =
  ({ fixtures, state, ids, clock, changed, switches }: Deps) =>
  (incoming: Incoming): Answer => {
    const body = parseBody(incoming, switches.now);
    if (!body) return oauthError('invalid_request');
    const app = fixtures.apps.find((known) => known.softwareStatement === body.software_statement);
    if (!app) {
      const isUnapproved = lacksScope(body.software_statement);
      return oauthError(isUnapproved ? 'unapproved_software_statement' : 'invalid_software_statement');
    }
    const standing = state.apps.get(app.id) ?? 'active';
    if (standing === 'unapproved') return oauthError('unapproved_software_statement');
    if (standing === 'revoked') return oauthError('invalid_software_statement');
    const redirectUri = body.redirect_uri ?? `app://${app.id}`;
    if (!isRedirectUri(redirectUri)) return oauthError('invalid_redirect_uri');
    const client = { id: ids.uuid(), secret: ids.secret(), app: app.id, issuedAt: seconds(clock.now()) };
    state.clients.set(client.id, client);
    changed();
    return {
      status: 201,
      body: {
        client_id: client.id,
        client_secret: client.secret,
        client_id_issued_at: client.issuedAt,
        redirect_uris: [redirectUri],
        grant_types: ['client_credentials'],
        scopes: ['api:client:v2'],
      },
    };
  };
