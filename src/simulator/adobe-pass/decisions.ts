import type { Mvpd } from '../fixtures.ts';
import { type Call, deviceOf, findMvpd, requireIntegration, resourcesOf } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { type EnhancedError, enhancedError, Refusal, refuse } from './refusal.ts';
import { identityOf } from './temp-pass.ts';

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

/** Where and about what one decision is made. */
interface Question {
  readonly serviceProvider: string;
  readonly mvpd: string;
  readonly resource: string;
}

/** On whose word the decisions of one request stand. */
interface Ground {
  readonly source: 'mvpd' | 'temppass';
  /** Why this resource is refused, if it is. */
  refusalOf(question: Question): EnhancedError | null;
  readonly userId: string;
  readonly notAfter: number;
}

const temporaryGround = (context: Context, call: Call, mvpd: Mvpd, operation: Operation): Ground => {
  const { trials } = context;
  const device = deviceOf(call);
  // Preauthorization lists no identity header.
  const identity = operation === 'authorize' ? identityOf(mvpd, call.headers) : null;
  const visitor = { serviceProvider: call.serviceProvider.id, mvpd: mvpd.id, device, identity };
  return {
    source: 'temppass',
    userId: device,
    notAfter: trials.endOf(visitor),
    refusalOf: ({ resource }) => {
      const refusal = trials.refusalOf(visitor, resource);
      if (refusal) return enhancedError(refusal);
      if (operation === 'authorize') trials.use(visitor, resource);
      return null;
    },
  };
};

const mvpdGround = (context: Context, call: Call, mvpd: Mvpd, operation: Operation): Ground => {
  const owner = { client: call.client.id, device: deviceOf(call), serviceProvider: call.serviceProvider.id };
  const profile = context.profiles.regular(owner, mvpd.id) ?? context.profiles.sso(call.subject, mvpd.id);
  if (!profile) {
    const expired = context.profiles.expired(owner, mvpd.id);
    throw refuse(expired ? 'authenticated_profile_expired' : 'authenticated_profile_missing');
  }
  const { userId, notAfter } = profile;
  return {
    ...{ source: 'mvpd', userId, notAfter },
    refusalOf: ({ resource }) =>
      context.mvpds.permits({ mvpd: mvpd.id, userId, resource })
        ? null
        : enhancedError(denials[operation], `Your subscription package does not include "${resource}"`),
  };
};

const tokenFor = async ({ mediaTokens, clock }: Context, userId: string, question: Question) => {
  const now = clock.now();
  const lifetime = mediaTokenLifetime;
  const serializedToken = await mediaTokens.sign({ ...question, userId, issuedAt: now, lifetime });
  return { notBefore: now, notAfter: now + lifetime, serializedToken };
};

const decide = async (context: Context, operation: Operation, ground: Ground, question: Question) => {
  const { resource, serviceProvider, mvpd } = question;
  const base = { resource, serviceProvider, mvpd, source: ground.source };
  const now = context.clock.now();
  const validity = { notBefore: now, notAfter: Math.min(ground.notAfter, now + decisionLifetime) };
  const error = ground.refusalOf(question);
  // Times stand on what an authorization of the MVPD says, either way; on a TempPass's refusal they do not.
  if (error) {
    const timed = operation === 'authorize' && ground.source === 'mvpd';
    return { ...base, authorized: false, error, ...(timed && validity) };
  }
  if (operation === 'preauthorize') return { ...base, authorized: true };
  const token = await tokenFor(context, ground.userId, question);
  return { ...base, authorized: true, token, ...validity };
};

/** What stands in the way of all resources alike, said of each of them: the answer is a 200 all the same. */
const refuseAll = (error: unknown, mvpd: Mvpd, questions: readonly Question[]): Answer => {
  if (!(error instanceof Refusal)) throw error;
  const source = mvpd.isTempPass ? 'temppass' : 'mvpd';
  const decisions = questions.map(({ resource, serviceProvider }) => ({
    ...{ resource, serviceProvider, mvpd: mvpd.id, source },
    authorized: false,
    error: error.error,
  }));
  return ok({ decisions });
};

/** POST /api/v2/{serviceProvider}/decisions/{preauthorize|authorize}/{mvpd}; denials come inside the 200. */
export const createDecisions =
  (context: Context, operation: Operation) =>
  async (call: Call): Promise<Answer> => {
    const { serviceProvider, params } = call;
    const mvpd = findMvpd(context, params['mvpd']);
    deviceOf(call);
    const resources = resourcesOf(call);
    if (resources.length > mostResources) throw refuse('too_many_resources');
    requireIntegration(serviceProvider, mvpd.id);
    const questions = resources.map((resource) => ({
      serviceProvider: serviceProvider.id,
      mvpd: mvpd.id,
      resource,
    }));

    let ground: Ground;
    try {
      ground = (mvpd.isTempPass ? temporaryGround : mvpdGround)(context, call, mvpd, operation);
    } catch (error) {
      return refuseAll(error, mvpd, questions);
    }
    const decided = questions.map((question) => decide(context, operation, ground, question));
    return ok({ decisions: await Promise.all(decided) });
  };
