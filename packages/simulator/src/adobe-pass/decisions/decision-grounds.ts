import type { Mvpd } from '#src/fixtures';
import { type Call, ownerOf, viewerOf } from '../call.ts';
import type { AdobeContext } from '../context.ts';
import { deviceContext } from '../device.ts';
import { listedBy } from '../header-table.ts';
import type { Verdict } from '../mvpd-ports.ts';
import { identityOf } from '../profiles/temp-pass.ts';
import { Refusal, type RefusalCode, refuse } from '../refusal.ts';
import type { Authentication } from '../state.ts';

export type GroundContext = Pick<
  AdobeContext,
  | 'fixtures'
  | 'profiles'
  | 'trials'
  | 'degradations'
  | 'integrations'
  | 'authorization'
  | 'verdicts'
  | 'switches'
  | 'clock'
>;

export type Operation = 'preauthorize' | 'authorize';

export interface Question {
  readonly call: Call;
  readonly mvpd: Mvpd;
  readonly operation: Operation;
  readonly resources: readonly string[];
}

/** On whose word the decisions of one request stand. */
export interface Ground {
  readonly source: 'mvpd' | 'degradation' | 'temppass' | 'dummy';
  /** Whom a media token is for. */
  readonly userId: string;
  /** Epoch milliseconds that no permit outlives; null where decisions carry no times. */
  readonly notAfter: number | null;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

const day = 24 * 3_600_000;

const each = (resources: readonly string[], verdict: (resource: string) => Verdict) =>
  new Map(resources.map((resource) => [resource, verdict(resource)]));

const permit: Verdict = { permit: true, ttl: day };
const deny = (code: RefusalCode, details?: string | null): Verdict => ({
  permit: false,
  code,
  ...(details && { details }),
});

/** TempPass: what ends it is said of each resource. */
export const temporaryGround = (context: GroundContext, question: Question): Ground => {
  const { call, mvpd, operation, resources } = question;
  const { trials, integrations, switches } = context;
  const code = 'invalid_configuration_temporary_access';
  if (integrations.isSpoilt(call.serviceProvider, mvpd.id, code)) throw refuse(code);
  const listed = listedBy(`decisions.${operation}`, switches.now).identity ?? [];
  // Where the identity header is not listed nobody can bring it, so it is not demanded either.
  const identity = listed.includes('tempPass') ? identityOf(mvpd, call.headers) : null;
  const visitor = { ...ownerOf(call), mvpd, identity };
  const verdicts = each(resources, (resource) => {
    const refusal = trials.refusalOf(visitor, resource);
    if (refusal) return deny(refusal);
    if (operation === 'authorize') trials.use(visitor, resource);
    return permit;
  });
  return { source: 'temppass', userId: call.device, notAfter: trials.endOf(visitor), verdicts };
};

/** A rule that stands in for the MVPD; null where none applies. */
export const degradedGround = (
  { degradations, profiles, switches, clock }: GroundContext,
  { call, mvpd, resources }: Question,
): Ground | null => {
  const rule = degradations.of(call.serviceProvider.id, mvpd.id);
  if (!rule) return null;
  const userId = call.device;
  const base = { source: 'degradation', userId } as const;
  if (rule.rule === 'AuthZNone') {
    const verdict = deny('authorization_denied_by_degradation_rule', rule.message);
    return { ...base, notAfter: null, verdicts: each(resources, () => verdict) };
  }
  if (rule.rule === 'AuthZAll') return { ...base, notAfter: null, verdicts: each(resources, () => permit) };
  const kept = switches.now.degradationPriority === 'profile' && profiles.find(viewerOf(call), mvpd.id);
  const notAfter = rule.until ?? clock.now() + day;
  return kept ? null : { ...base, notAfter, verdicts: each(resources, () => permit) };
};

const ask = async (
  { authorization }: GroundContext,
  { call, mvpd, operation }: Question,
  resources: readonly string[],
  profile: Authentication,
): Promise<ReadonlyMap<string, Verdict>> => {
  if (resources.length === 0) return new Map();
  const { headers, address, device } = call;
  return authorization.authorize({
    ...{ mvpd, resources },
    serviceProvider: call.serviceProvider.id,
    subscriber: profile,
    notAfter: profile.notAfter,
    device: deviceContext({ device, address, deviceInfo: headers['x-device-info'] }),
    preflight: operation === 'preauthorize',
  });
};

/** What follows for the profile from what the MVPD said. */
const learn = (
  { profiles }: GroundContext,
  profile: Authentication,
  verdicts: ReadonlyMap<string, Verdict>,
) => {
  for (const verdict of verdicts.values()) {
    if (verdict.permit && verdict.attributes) profiles.changeAttributes(profile, verdict.attributes);
    if (!verdict.permit && verdict.code === 'authorization_denied_by_session_invalidated')
      profiles.invalidate(profile);
  }
};

/** The MVPD, about the subscriber of the profile that the caller may use. */
export const mvpdGround = async (context: GroundContext, question: Question): Promise<Ground> => {
  const { call, mvpd, operation, resources } = question;
  const { profiles, integrations, verdicts: script } = context;
  const viewer = viewerOf(call);
  const found = profiles.find(viewer, mvpd.id);
  if (!found) throw refuse(profiles.absence(viewer, mvpd.id));
  const { userId, notAfter } = found.profile;
  if (integrations.permitsByItself(call.serviceProvider, mvpd))
    return { source: 'dummy', userId, notAfter, verdicts: each(resources, () => permit) };

  const where = { serviceProvider: call.serviceProvider.id, mvpd: mvpd.id, operation };
  const verdicts = new Map<string, Verdict>();
  for (const resource of resources) {
    const scripted = script.take({ ...where, resource });
    if (scripted) verdicts.set(resource, scripted);
  }
  const open = resources.filter((resource) => !verdicts.has(resource));
  for (const [resource, verdict] of await ask(context, question, open, found.profile))
    verdicts.set(resource, verdict);
  learn(context, found.profile, verdicts);
  return { source: 'mvpd', userId, notAfter, verdicts };
};

/** What stands in the way of all resources alike, said of each of them. */
export const refusedGround = (error: unknown, { call, mvpd, resources }: Question): Ground => {
  if (!(error instanceof Refusal)) throw error;
  const { code, details } = error.error;
  const verdicts = each(resources, () => deny(code, details));
  return { source: mvpd.isTempPass ? 'temppass' : 'mvpd', userId: call.device, notAfter: null, verdicts };
};
