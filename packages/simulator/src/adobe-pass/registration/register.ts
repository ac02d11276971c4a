import { z } from 'zod';
import { seconds } from '#src/lib/clock';
import { mediaType } from '#src/site';
import type { Incoming } from '../call.ts';
import type { AdobeContext, Answer } from '../context.ts';
import { checkDeviceInfo } from '../device.ts';
import type { Switches } from '../switches.ts';

const bodySchema = z.object({ software_statement: z.string().min(1), redirect_uri: z.string().optional() });

/** Dynamic client registration answers in the OAuth shape, never with an enhanced error. */
export const oauthError = (error: string): Answer => ({ status: 400, body: { error } });

/** Whether the device describes itself as far as the switches ask for it. */
export const describesItself = ({ headers }: Incoming, switches: Switches): boolean => {
  const given = headers['x-device-info'];
  if (given === undefined) return switches.registrationDeviceInfo === 'optional';
  try {
    checkDeviceInfo(given, switches.deviceInfo);
    return true;
  } catch {
    return false;
  }
};

const parseBody = (incoming: Incoming, switches: Switches) => {
  try {
    const { headers, body } = incoming;
    if (mediaType(headers['content-type']) !== 'application/json') return null;
    if (!describesItself(incoming, switches)) return null;
    const parsed = bodySchema.parse(JSON.parse(body));
    const complete = switches.registerRedirectUri === 'optional' || parsed.redirect_uri !== undefined;
    return complete ? parsed : null;
  } catch {
    return null;
  }
};

/** A statement that can be read, but of another scope (REST API V1, say): the registered application lacks V2. */
const lacksScope = (statement: string): boolean => {
  try {
    const payload = Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString('utf8');
    return !z.object({ scope: z.string() }).parse(JSON.parse(payload)).scope.includes('api:client:v2');
  } catch {
    return false;
  }
};

const isRedirectUri = (uri: string): boolean => URL.canParse(uri) && /^[a-z][a-z0-9+.-]*:\S+$/i.test(uri);

/** POST /o/client/register: credentials of the app that the software statement belongs to, good for ever. */
export const createRegister =
  ({
    fixtures,
    state,
    ids,
    clock,
    changed,
    switches,
  }: Pick<AdobeContext, 'fixtures' | 'state' | 'ids' | 'clock' | 'changed' | 'switches'>) =>
  (incoming: Incoming): Answer => {
    const body = parseBody(incoming, switches.now);
    if (!body) return oauthError('invalid_request');
    const app = fixtures.apps.find((known) => known.softwareStatement === body.software_statement);
    if (!app) {
      const unapproved = lacksScope(body.software_statement);
      return oauthError(unapproved ? 'unapproved_software_statement' : 'invalid_software_statement');
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
