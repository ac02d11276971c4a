/**
 * Preauthorization and authorization. This folder owns where a verdict comes from (MVPD, degradation, TempPass), the
 * validity of decisions, and media tokens; it must not know how an MVPD is asked.
 */
import type { Fixtures } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { Integrations } from '../configuration/integrations.ts';
import { enhancedError, Refusal, refuse, wordedAs } from '../errors/refusal.ts';
import type { Verdict } from '../mvpd-ports.ts';
import { type Answer, ok } from '../requests/answer.ts';
import { resourcesOf } from '../requests/body.ts';
import type { Call } from '../requests/call.ts';
import { findMvpd } from '../requests/find-fixture.ts';
import type { SwitchReader } from '../switches.ts';
import {
  type DegradationDeps,
  degradationSource,
  type MvpdDeps,
  mvpdSource,
  type Operation,
  type Question,
  refusedSource,
  type Source,
  type TempPassDeps,
  tempPassSource,
} from './decision-sources.ts';
import type { MediaTokens } from './media-token.ts';

type Deps = TempPassDeps &
  DegradationDeps &
  MvpdDeps & {
    readonly fixtures: Pick<Fixtures, 'mvpds'>;
    readonly integrations: Pick<Integrations, 'require'>;
    readonly mediaTokens: MediaTokens;
    readonly clock: Clock;
    readonly switches: SwitchReader<
      | 'errorMessages'
      | 'errorTexts'
      | 'maxResources'
      | 'mediaTokenIssuedAt'
      | 'mediaTokenSeconds'
      | 'mediaTypeParameters'
      | 'profileErrors'
      | 'tooManyResources'
    >;
  };

const decisionLifetime = 24 * 3_600_000;
const missing: Verdict = { permit: false, code: 'network_received_error' };

const mediaTokenFor = async (
  { mediaTokens, clock, switches }: Pick<Deps, 'mediaTokens' | 'clock' | 'switches'>,
  { call, mvpd }: Question,
  userId: string,
  resource: string,
) => {
  const now = clock.now();
  const lifetime = switches.now.mediaTokenSeconds * 1000;
  const serializedToken = await mediaTokens.sign({
    resource,
    userId,
    lifetime,
    issuedAt: now,
    serviceProvider: call.serviceProvider.id,
    mvpd: mvpd.id,
    proxyMvpd: mvpd.authentication?.protocol === 'saml' ? mvpd.authentication.proxy?.id : undefined,
  });
  return {
    ...(switches.now.mediaTokenIssuedAt && { issuedAt: now }),
    notBefore: now,
    notAfter: now + lifetime,
    serializedToken,
  };
};

/** Authorizations by the MVPD carry times, permit or deny; those by TempPass or AuthNAll only if they permit. */
const validityOf = (now: number, { operation }: Question, source: Source, verdict: Verdict) => {
  if (operation === 'preauthorize' || source.notAfter === null) return {};
  if (!verdict.permit && source.name !== 'mvpd') return {};
  const end = now + (verdict.permit ? verdict.ttl : decisionLifetime);
  return { notBefore: now, notAfter: Math.min(source.notAfter, end) };
};

const decide = async (deps: Deps, question: Question, source: Source, resource: string) => {
  const { call, mvpd, operation } = question;
  const verdict = source.verdicts.get(resource) ?? missing;
  const base = { resource, serviceProvider: call.serviceProvider.id, mvpd: mvpd.id, source: source.name };
  const validity = validityOf(deps.clock.now(), question, source, verdict);
  if (!verdict.permit) {
    const error = wordedAs(enhancedError(verdict.code, verdict.details), deps.switches.now);
    return { ...base, authorized: false, error, ...validity };
  }
  if (operation === 'preauthorize') return { ...base, authorized: true };
  const token = await mediaTokenFor(deps, question, source.userId, resource);
  return { ...base, authorized: true, token, ...validity };
};

/** Where the verdicts come from. Throws a Refusal for errors that fail the whole request. */
const sourceOf = async (deps: Deps, question: Question): Promise<Source> => {
  const { call, mvpd, resources } = question;
  const { switches, integrations } = deps;
  const { maxResources, tooManyResources, profileErrors } = switches.now;
  const tooMany = resources.length > maxResources ? refuse('too_many_resources') : null;
  if (tooMany && tooManyResources === 'top') throw tooMany;
  integrations.require(call.serviceProvider, mvpd.id);
  if (tooMany) return refusedSource(tooMany, question);
  try {
    if (mvpd.isTempPass) return tempPassSource(deps, question);
    return degradationSource(deps, question) ?? (await mvpdSource(deps, question));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code } = error.error;
    const isRequestError = code === 'invalid_parameter_resources';
    if (isRequestError || (profileErrors === 'top' && code.startsWith('authenticated_profile_'))) throw error;
    return refusedSource(error, question);
  }
};

/** POST /api/v2/{serviceProvider}/decisions/{preauthorize|authorize}/{mvpd}; a denial is part of a 200. */
export const createDecisions =
  (deps: Deps, operation: Operation) =>
  async (call: Call): Promise<Answer> => {
    const mvpd = findMvpd(deps.fixtures, call.params['mvpd']);
    const question = { call, mvpd, operation, resources: resourcesOf(call, deps.switches.now) };
    const source = await sourceOf(deps, question);
    const decided = question.resources.map((resource) => decide(deps, question, source, resource));
    return ok({ decisions: await Promise.all(decided) });
  };
