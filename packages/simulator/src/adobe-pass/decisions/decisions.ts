import { type Call, findMvpd, resourcesOf } from '../call.ts';
import { type AdobeContext, type Answer, ok } from '../context.ts';
import type { Verdict } from '../mvpd-ports.ts';
import { enhancedError, Refusal, refuse, toldAs } from '../refusal.ts';
import {
  degradedGround,
  type Ground,
  type GroundContext,
  mvpdGround,
  type Operation,
  type Question,
  refusedGround,
  temporaryGround,
} from './decision-grounds.ts';

type Context = GroundContext & Pick<AdobeContext, 'mediaTokens'>;

const decisionLifetime = 24 * 3_600_000;
const missing: Verdict = { permit: false, code: 'network_received_error' };

const tokenFor = async (
  { mediaTokens, clock, switches }: Context,
  { call, mvpd }: Question,
  userId: string,
  resource: string,
) => {
  const now = clock.now();
  const lifetime = switches.now.mediaTokenSeconds * 1000;
  const serializedToken = await mediaTokens.sign({
    ...{ resource, userId, lifetime, issuedAt: now },
    serviceProvider: call.serviceProvider.id,
    mvpd: mvpd.id,
    proxyMvpd: mvpd.authentication?.protocol === 'saml' ? mvpd.authentication.proxy?.id : undefined,
  });
  return {
    ...(switches.now.mediaTokenIssuedAt && { issuedAt: now }),
    ...{ notBefore: now, notAfter: now + lifetime, serializedToken },
  };
};

/** Times stand on what an authorization of the MVPD says, either way, and on what TempPass or AuthNAll permits. */
const validityOf = ({ clock }: Context, { operation }: Question, ground: Ground, verdict: Verdict) => {
  if (operation === 'preauthorize' || ground.notAfter === null) return {};
  if (!verdict.permit && ground.source !== 'mvpd') return {};
  const now = clock.now();
  const end = now + (verdict.permit ? verdict.ttl : decisionLifetime);
  return { notBefore: now, notAfter: Math.min(ground.notAfter, end) };
};

const decide = async (context: Context, question: Question, ground: Ground, resource: string) => {
  const { call, mvpd, operation } = question;
  const verdict = ground.verdicts.get(resource) ?? missing;
  const base = { resource, serviceProvider: call.serviceProvider.id, mvpd: mvpd.id, source: ground.source };
  const validity = validityOf(context, question, ground, verdict);
  if (!verdict.permit) {
    const error = enhancedError(verdict.code, verdict.details);
    const told = toldAs(error, context.switches.now);
    return { ...base, authorized: false, error: told, ...validity };
  }
  if (operation === 'preauthorize') return { ...base, authorized: true };
  const token = await tokenFor(context, question, ground.userId, resource);
  return { ...base, authorized: true, token, ...validity };
};

/** The ground of all, or what stands in the way of each. */
const groundOf = async (context: Context, question: Question): Promise<Ground> => {
  const { call, mvpd, resources } = question;
  const { switches, integrations } = context;
  const { maxResources, tooManyResources, profileErrors } = switches.now;
  const tooMany = resources.length > maxResources ? refuse('too_many_resources') : null;
  if (tooMany && tooManyResources === 'top') throw tooMany;
  integrations.require(call.serviceProvider, mvpd.id);
  if (tooMany) return refusedGround(tooMany, question);
  try {
    if (mvpd.isTempPass) return temporaryGround(context, question);
    return degradedGround(context, question) ?? (await mvpdGround(context, question));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code } = error.error;
    const isRequest = code === 'invalid_parameter_resources';
    if (isRequest || (profileErrors === 'top' && code.startsWith('authenticated_profile_'))) throw error;
    return refusedGround(error, question);
  }
};

/** POST /api/v2/{serviceProvider}/decisions/{preauthorize|authorize}/{mvpd}; denials come inside the 200. */
export const createDecisions =
  (context: Context, operation: Operation) =>
  async (call: Call): Promise<Answer> => {
    const mvpd = findMvpd(context, call.params['mvpd']);
    const question = { call, mvpd, operation, resources: resourcesOf(call, context) };
    const ground = await groundOf(context, question);
    const decided = question.resources.map((resource) => decide(context, question, ground, resource));
    return ok({ decisions: await Promise.all(decided) });
  };
