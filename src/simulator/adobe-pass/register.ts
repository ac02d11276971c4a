import { z } from 'zod';
import { seconds } from '#src/lib/clock';
import { mediaType } from '../site.ts';
import type { Incoming } from './call.ts';
import type { AdobeContext, Answer } from './context.ts';
import { readDeviceInfo } from './device.ts';

const bodySchema = z.object({ software_statement: z.string().min(1), redirect_uri: z.string().optional() });

/** Dynamic client registration answers in the OAuth shape, never with an enhanced error. */
export const oauthError = (error: string): Answer => ({ status: 400, body: { error } });

const parseBody = ({ headers, body }: Incoming) => {
  try {
    if (mediaType(headers['content-type']) !== 'application/json') return null;
    readDeviceInfo(headers['x-device-info']);
    return bodySchema.parse(JSON.parse(body));
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
  }: Pick<AdobeContext, 'fixtures' | 'state' | 'ids' | 'clock' | 'changed'>) =>
  (incoming: Incoming): Answer => {
    const body = parseBody(incoming);
    if (!body) return oauthError('invalid_request');
    const app = fixtures.apps.find((known) => known.softwareStatement === body.software_statement);
    if (!app) {
      const unapproved = lacksScope(body.software_statement);
      return oauthError(unapproved ? 'unapproved_software_statement' : 'invalid_software_statement');
    }
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
