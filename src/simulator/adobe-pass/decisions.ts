import type { Mvpd } from '../fixtures.ts';
import { type Call, deviceOf, findMvpd, requireIntegration, resourcesOf } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { enhancedError, type RefusalCode, refuse } from './refusal.ts';
import type { Authentication } from './state.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'profiles' | 'trials' | 'mvpds' | 'mediaTokens' | 'clock'>;
type Operation = 'preauthorize' | 'authorize';

/** The property "Preflight Max Resources" as it normally stands. */
const mostResources = 5;
const mediaTokenLifetime = 7 * 60_000;
const decisionLifetime = 24 * 3_600_000;

const denials = {
  preauthorize: 'preauthorization_denied_by_mvpd',
  authorize: 'authorization_denied_by_mvpd',
} as const;

/** On whose word the decisions of one request stand. */
type Ground =
  | { readonly source: 'mvpd'; readonly profile: Authentication }
  | { readonly source: 'temppass'; readonly profile: Pick<Authentication, 'userId' | 'notAfter'> }
  | { readonly source: 'mvpd' | 'temppass'; readonly error: RefusalCode };

const temporaryGround = (
  { trials }: Context,
  call: Call,
  mvpd: Mvpd,
  device: string,
  begins: boolean,
): Ground => {
  const visitor = { serviceProvider: call.serviceProvider.id, mvpd: mvpd.id, device };
  if (trials.isOver(visitor))
    return { source: 'temppass', error: 'temporary_access_duration_limit_exceeded' };
  const notAfter = begins ? trials.begin(visitor) : trials.view(visitor).notAfter;
  return { source: 'temppass', profile: { userId: device, notAfter } };
};

const groundOf = (context: Context, call: Call, mvpd: Mvpd, device: string, operation: Operation): Ground => {
  if (mvpd.isTempPass) return temporaryGround(context, call, mvpd, device, operation === 'authorize');
  const owner = { client: call.client.id, device, serviceProvider: call.serviceProvider.id };
  const profile = context.profiles.regular(owner, mvpd.id) ?? context.profiles.sso(call.subject, mvpd.id);
  if (profile) return { source: 'mvpd', profile };
  const expired = context.profiles.expired(owner, mvpd.id);
  return {
    source: 'mvpd',
    error: expired ? 'authenticated_profile_expired' : 'authenticated_profile_missing',
  };
};

const tokenFor = async (
  { mediaTokens }: Context,
  mvpd: string,
  userId: string,
  of: { serviceProvider: string; resource: string },
  now: number,
) => ({
  notBefore: now,
  notAfter: now + mediaTokenLifetime,
  serializedToken: await mediaTokens.sign({
    ...of,
    mvpd,
    userId,
    issuedAt: now,
    lifetime: mediaTokenLifetime,
  }),
});

const decide = async (
  context: Context,
  operation: Operation,
  ground: Ground,
  of: { serviceProvider: string; mvpd: string; resource: string },
) => {
  const { resource, serviceProvider, mvpd } = of;
  const base = { resource, serviceProvider, mvpd, source: ground.source };
  if ('error' in ground) return { ...base, authorized: false, error: enhancedError(ground.error) };

  const { userId, notAfter } = ground.profile;
  const now = context.clock.now();
  const validity = operation === 'authorize' && {
    notBefore: now,
    notAfter: Math.min(notAfter, now + decisionLifetime),
  };
  const permitted = ground.source === 'temppass' || context.mvpds.permits({ mvpd, userId, resource });
  if (!permitted) {
    const details = `Your subscription package does not include "${resource}"`;
    return { ...base, authorized: false, error: enhancedError(denials[operation], details), ...validity };
  }
  const token = operation === 'authorize' && { token: await tokenFor(context, mvpd, userId, of, now) };
  return { ...base, authorized: true, ...token, ...validity };
};

/** POST /api/v2/{serviceProvider}/decisions/{preauthorize|authorize}/{mvpd}; denials come inside the 200. */
export const createDecisions =
  (context: Context, operation: Operation) =>
  async (call: Call): Promise<Answer> => {
    const mvpd = findMvpd(context, call.params['mvpd']);
    const device = deviceOf(call);
    const resources = resourcesOf(call);
    if (resources.length > mostResources) throw refuse('too_many_resources');
    requireIntegration(call.serviceProvider, mvpd.id);
    const ground = groundOf(context, call, mvpd, device, operation);
    const of = { serviceProvider: call.serviceProvider.id, mvpd: mvpd.id };
    const decided = resources.map((resource) => decide(context, operation, ground, { ...of, resource }));
    return ok({ decisions: await Promise.all(decided) });
  };
