import { createLocalJWKSet, jwtVerify } from 'jose';
import { errors, type Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { IdTokens } from '../id-tokens.ts';
import type { People } from '../people.ts';
import type { Signer } from '../signer.ts';

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const typeOf = (name: string) => `urn:ietf:params:oauth:token-type:${name}`;
const accessTokenType = typeOf('access_token');
const idTokenType = typeOf('id_token');

interface Deps {
  readonly clock: Clock;
  readonly issuer: string;
  readonly people: People;
  readonly signer: Signer;
  readonly idTokens: IdTokens;
}

interface Subject {
  readonly sub: string;
  readonly scopes: readonly string[];
}

const allScopes = ['openid', 'email', 'profile'];

const parameters = z.object({
  subject_token: z.string().min(1),
  subject_token_type: z.enum([accessTokenType, idTokenType]),
  requested_token_type: z.enum([accessTokenType, idTokenType]).default(accessTokenType),
  audience: z.string().optional(),
  scope: z.string().optional(),
  // Delegation is not supported.
  actor_token: z.undefined().optional(),
});
const names = ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'scope'];

/** RFC 8693 §2.2.2: an invalid subject token is invalid_request, not invalid_grant. */
const unacceptable = () => new errors.InvalidRequest('subject_token is not acceptable');

const subjectOfAccessToken = async (provider: Provider, value: string): Promise<Subject> => {
  const token = await provider.AccessToken.find(value);
  if (!token) throw unacceptable();
  return { sub: token.accountId, scopes: [...token.scopes] };
};

const subjectOfIdToken = async ({ clock, issuer, signer }: Deps, value: string): Promise<Subject> => {
  const { payload } = await jwtVerify(value, createLocalJWKSet(signer.publicKeys()), {
    issuer,
    algorithms: ['RS256'],
    requiredClaims: ['sub', 'exp'],
    currentDate: new Date(clock.now()),
  }).catch(() => {
    throw unacceptable();
  });
  return { sub: payload.sub ?? '', scopes: allScopes };
};

const scopesFrom = (requested: string | undefined, { scopes }: Subject): readonly string[] => {
  const wanted = requested?.split(' ').filter(Boolean) ?? scopes;
  const beyond = wanted.filter((scope) => !scopes.includes(scope));
  if (beyond.length > 0)
    throw new errors.InvalidScope('the subject token does not cover this scope', beyond.join(' '));
  return wanted;
};

/** Exchanges a client's token for one for another client of the account service. */
export const registerTokenExchange = (provider: Provider, deps: Deps): void =>
  // oidc-provider calls handlers without `next`: the response is complete when they return.
  provider.registerGrantType(
    tokenExchange,
    async (ctx) => {
      const parsed = parameters.safeParse({ ...ctx.oidc.params });
      if (!parsed.success)
        throw new errors.InvalidRequest(
          `${String(parsed.error.issues[0]?.path[0])} is missing or not supported`,
        );
      const { subject_token: token, audience } = parsed.data;
      const subject =
        parsed.data.subject_token_type === accessTokenType
          ? await subjectOfAccessToken(provider, token)
          : await subjectOfIdToken(deps, token);
      const user = deps.people.all.find(({ dtc }) => dtc.subject === subject.sub);
      if (!user) throw unacceptable();
      const client = audience === undefined ? ctx.oidc.client : await provider.Client.find(audience);
      if (!client) throw new errors.InvalidTarget('unknown client');
      const scopes = scopesFrom(parsed.data.scope, subject);
      ctx.body =
        parsed.data.requested_token_type === idTokenType
          ? {
              access_token: await deps.idTokens.issue({ user, audience: client.clientId, scopes }),
              issued_token_type: idTokenType,
              token_type: 'N_A',
              expires_in: 3600,
            }
          : {
              access_token: await issueAccessToken(provider, { client, sub: subject.sub, scopes }),
              issued_token_type: accessTokenType,
              token_type: 'Bearer',
              expires_in: 3600,
              scope: scopes.join(' '),
            };
    },
    [...names, 'actor_token'],
    ['audience'],
  );

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/** Issues an access token without a sign-in. `expiresIn` in seconds. */
export const issueAccessToken = async (
  provider: Provider,
  {
    client,
    sub,
    scopes,
    expiresIn = 3600,
  }: { client: Client; sub: string; scopes: readonly string[]; expiresIn?: number },
): Promise<string> => {
  const grant = new provider.Grant({ clientId: client.clientId, accountId: sub });
  grant.addOIDCScope(scopes.join(' '));
  const token = new provider.AccessToken({
    client,
    accountId: sub,
    grantId: await grant.save(),
    gty: tokenExchange,
    scope: scopes.join(' '),
  });
  Object.assign(token, { expiresIn });
  return token.save();
};
