import type Router from '@koa/router';
import { z } from 'zod';
import type { createIssueClientToken } from '#src/flows/issue-client-token';
import type { createRegisterInstance } from '#src/flows/register-instance';
import { seconds } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { readForm, readJson } from '../body.ts';
import type { GatewayState } from '../context.ts';
import { restrictCors } from '../cors.ts';
import { guard } from '../guard.ts';
import { sendAnswer } from '../rest-request.ts';

interface Deps {
  readonly registerInstance: ReturnType<typeof createRegisterInstance>;
  readonly issueClientToken: ReturnType<typeof createIssueClientToken>;
}

export const registration = z.object({
  software_statement: z.string().min(1).max(16_384),
  redirect_uri: z.unknown().optional(),
});
const redirectUri = z.string().max(2048).refine(URL.canParse, 'must be a URI').optional();
export const tokenRequest = z.object({
  grant_type: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
});

/**
 * Dynamic client registration as Adobe serves it: the same requests and answers, at the gateway. A client written
 * for Adobe needs another host and nothing else.
 */
export const clientRegistrationRoutes = (
  router: Router<GatewayState>,
  { registerInstance, issueClientToken }: Deps,
): void => {
  router.post('dcr.register', '/o/client/register', async (ctx) => {
    const body = guard(registration, await readJson(ctx), 'registration_request_invalid');
    const redirect = guard(
      z.object({ redirect_uri: redirectUri }),
      { redirect_uri: body.redirect_uri },
      'registration_redirect_uri_invalid',
    ).redirect_uri;
    const { id, secret, createdAt, app } = await registerInstance({
      softwareStatement: body.software_statement,
    });
    restrictCors(ctx, app);
    sendAnswer(ctx, {
      status: 201,
      body: {
        client_id: id,
        client_secret: secret,
        client_id_issued_at: seconds(createdAt),
        redirect_uris: redirect === undefined ? [] : [redirect],
        grant_types: ['client_credentials'],
        scopes: ['api:client:v2'],
      },
    });
  });

  router.post('dcr.token', '/o/client/token', async (ctx) => {
    const form = guard(tokenRequest, await readForm(ctx), 'token_request_invalid');
    if (form.grant_type !== 'client_credentials')
      throw fail('grant_type_unsupported', { field: 'grant_type' });
    const token = await issueClientToken({ clientId: form.client_id, clientSecret: form.client_secret });
    sendAnswer(ctx, {
      status: 201,
      body: {
        id: token.id,
        access_token: token.accessToken,
        created_at: token.createdAt,
        expires_in: token.expiresIn,
        token_type: 'bearer',
      },
    });
  });
};
