import { z } from 'zod';
import type { IssueClientToken } from '#src/flows/issue-client-token';
import type { RegisterInstance } from '#src/flows/register-instance';
import { seconds } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { registrationRequest, tokenRequest } from '#src/rest-v2/requests';
import { hasBody, parametersIn, readForm, readJson } from '../body.ts';
import type { Context, Handler } from '../context.ts';
import { restrictCors } from '../cors.ts';
import { guard } from '../guard.ts';
import { sendAnswer } from '../rest-request.ts';

const redirectUri = z.object({
  redirect_uri: z.string().max(2048).refine(URL.canParse, 'must be a URI').optional(),
});

/**
 * Dynamic client registration as Adobe serves it, with the same requests and answers: a client written for Adobe
 * needs another host and nothing else.
 */
export const createRegisterHandler =
  ({ registerInstance }: { readonly registerInstance: RegisterInstance }): Handler =>
  async (ctx) => {
    const body = guard(registrationRequest, await readJson(ctx), 'registration_request_invalid');
    const given = { redirect_uri: body.redirect_uri };
    const { redirect_uri: redirect } = guard(redirectUri, given, 'registration_redirect_uri_invalid');
    const { id, secret, createdAt, app } = await registerInstance({
      softwareStatement: body.software_statement,
      redirectUri: redirect,
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
  };

/** The reference page has a form, Adobe's OpenAPI file a query. A body alone counts where there is one. */
const readParameters = (ctx: Context): Promise<Record<string, string>> | Record<string, string> =>
  hasBody(ctx) ? readForm(ctx) : parametersIn(ctx.querystring);

export const createTokenHandler =
  ({ issueClientToken }: { readonly issueClientToken: IssueClientToken }): Handler =>
  async (ctx) => {
    const form = guard(tokenRequest, await readParameters(ctx), 'token_request_invalid');
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
  };
