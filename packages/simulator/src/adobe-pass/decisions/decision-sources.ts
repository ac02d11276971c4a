import type { Mvpd } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { DegradedDeps } from '../configuration/degradations.ts';
import type { Integrations } from '../configuration/integrations.ts';
import { Refusal, type RefusalCode, refuse } from '../errors/refusal.ts';
import type { MvpdAuthorization, Verdict } from '../mvpd-ports.ts';
import type { ProfileBook } from '../profiles/profile-book.ts';
import type { Trials } from '../profiles/temp-pass.ts';
import { identityOf } from '../profiles/trial-identity.ts';
import { type Call, ownerOf, viewerOf } from '../requests/call.ts';
import { deviceContext } from '../requests/device.ts';
import { listedBy } from '../requests/header-table.ts';
import type { Authentication } from '../state.ts';
import type { SwitchReader } from '../switches.ts';
import type { VerdictOverrides } from './verdict-overrides.ts';

export type Operation = 'preauthorize' | 'authorize';

export interface Question {
  readonly call: Call;
  readonly mvpd: Mvpd;
  readonly operation: Operation;
  readonly resources: readonly string[];
}

/** The verdicts of one request and where they come from. */
export interface Source {
  readonly name: 'mvpd' | 'degradation' | 'temppass' | 'dummy';
  /** The user of a media token. */
  readonly userId: string;
  /** Epoch milliseconds, the latest end of a permit; null if decisions carry no times. */
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

export interface TempPassDeps {
  readonly trials: Pick<Trials, 'refusalOf' | 'use' | 'endOf'>;
  readonly integrations: Pick<Integrations, 'isMisconfigured'>;
  readonly switches: SwitchReader<'tempPassHash' | 'tempPassIdentity' | 'platformHeaders'>;
}

/** A TempPass; an exhausted one is a denial of each resource. */
export const tempPassSource = (
  { trials, integrations, switches }: TempPassDeps,
  { call, mvpd, operation, resources }: Question,
): Source => {
  const code = 'invalid_configuration_temporary_access';
  if (integrations.isMisconfigured(call.serviceProvider, mvpd.id, code)) throw refuse(code);
  const listed = listedBy(`decisions.${operation}`, switches.now).identity ?? [];
  // Clients cannot be required to send a header that the operation does not list.
  const identity = listed.includes('tempPass') ? identityOf(mvpd, call.headers, switches.now) : null;
  const visitor = { ...ownerOf(call), mvpd, identity };
  const verdicts = each(resources, (resource) => {
    const refusal = trials.refusalOf(visitor, resource);
    if (refusal) return deny(refusal);
    if (operation === 'authorize') trials.use(visitor, resource);
    return permit;
  });
  return { name: 'temppass', userId: call.device, notAfter: trials.endOf(visitor), verdicts };
};

export type DegradationDeps = DegradedDeps & {
  readonly profiles: Pick<ProfileBook, 'find'>;
  readonly clock: Clock;
};

/** A degradation rule that replaces the MVPD; null if none applies. */
export const degradationSource = (
  { degradations, profiles, switches, clock }: DegradationDeps,
  { call, mvpd, resources }: Question,
): Source | null => {
  const rule = degradations.of(call.serviceProvider.id, mvpd.id);
  if (!rule) return null;
  const base = { name: 'degradation', userId: call.device } as const;
  if (rule.rule === 'AuthZNone') {
    const verdict = deny('authorization_denied_by_degradation_rule', rule.message);
    return { ...base, notAfter: null, verdicts: each(resources, () => verdict) };
  }
  if (rule.rule === 'AuthZAll') return { ...base, notAfter: null, verdicts: each(resources, () => permit) };
  const profileWins =
    switches.now.degradationPriority === 'profile' && profiles.find(viewerOf(call), mvpd.id);
  const notAfter = rule.until ?? clock.now() + day;
  return profileWins ? null : { ...base, notAfter, verdicts: each(resources, () => permit) };
};

export interface MvpdDeps {
  readonly profiles: Pick<ProfileBook, 'find' | 'absence' | 'changeAttributes' | 'invalidate'>;
  readonly integrations: Pick<Integrations, 'usesDummyAuthorization'>;
  readonly authorization: MvpdAuthorization;
  readonly verdictOverrides: Pick<VerdictOverrides, 'take'>;
}

const askMvpd = async (
  { authorization }: Pick<MvpdDeps, 'authorization'>,
  { call, mvpd, operation }: Question,
  resources: readonly string[],
  profile: Authentication,
): Promise<ReadonlyMap<string, Verdict>> => {
  if (resources.length === 0) return new Map();
  const { headers, address, device } = call;
  return authorization.authorize({
    mvpd,
    resources,
    serviceProvider: call.serviceProvider.id,
    subscriber: profile,
    notAfter: profile.notAfter,
    device: deviceContext({ device, address, deviceInfo: headers['x-device-info'] }),
    preflight: operation === 'preauthorize',
  });
};

/** Applies to the profile what the MVPD reported along with its verdicts. */
const updateProfile = (
  { profiles }: Pick<MvpdDeps, 'profiles'>,
  profile: Authentication,
  verdicts: ReadonlyMap<string, Verdict>,
) => {
  for (const verdict of verdicts.values()) {
    if (verdict.permit && verdict.attributes) profiles.changeAttributes(profile, verdict.attributes);
    if (!verdict.permit && verdict.code === 'authorization_denied_by_session_invalidated')
      profiles.invalidate(profile);
  }
};

/** The MVPD, asked about the subscriber of the caller's profile. Errors: authenticated_profile_*. */
export const mvpdSource = async (deps: MvpdDeps, question: Question): Promise<Source> => {
  const { call, mvpd, operation, resources } = question;
  const { profiles, integrations, verdictOverrides } = deps;
  const viewer = viewerOf(call);
  const found = profiles.find(viewer, mvpd.id);
  if (!found) throw refuse(profiles.absence(viewer, mvpd.id));
  const { userId, notAfter } = found.profile;
  if (integrations.usesDummyAuthorization(call.serviceProvider, mvpd))
    return { name: 'dummy', userId, notAfter, verdicts: each(resources, () => permit) };

  const scope = { serviceProvider: call.serviceProvider.id, mvpd: mvpd.id, operation };
  const verdicts = new Map<string, Verdict>();
  for (const resource of resources) {
    const override = verdictOverrides.take({ ...scope, resource });
    if (override) verdicts.set(resource, override);
  }
  const open = resources.filter((resource) => !verdicts.has(resource));
  for (const [resource, verdict] of await askMvpd(deps, question, open, found.profile))
    verdicts.set(resource, verdict);
  updateProfile(deps, found.profile, verdicts);
  return { name: 'mvpd', userId, notAfter, verdicts };
};

/** An error that applies to all resources, as a denial of each. Rethrows anything but a Refusal. */
export const refusedSource = (error: unknown, { call, mvpd, resources }: Question): Source => {
  if (!(error instanceof Refusal)) throw error;
  const { code, details } = error.error;
  const verdicts = each(resources, () => deny(code, details));
  return { name: mvpd.isTempPass ? 'temppass' : 'mvpd', userId: call.device, notAfter: null, verdicts };
};
