import type { Facts, Judge } from '#src/business-rules/judge';
import {
  type DecisionSource,
  decisionSources,
  type ProfileType,
  profileTypes,
} from '#src/config/business-rules/rule-schema';
import type { Json, JsonObject } from '#src/lib/json';
import { textMember } from '#src/lib/json';
import { once } from '#src/lib/once';
import type { OperationFlow } from './call-operation.ts';
import type { RestRequest } from './caller.ts';
import { type Denial, denialByRule } from './denial.ts';

/** What was asked, of whom. */
export interface Asked {
  readonly request: RestRequest;
  readonly mvpd: string;
  readonly resources: readonly string[];
  /** Whether it is an authorization. */
  readonly isPlay: boolean;
}

/** A permit of Adobe's, with what the programmer's service is told of it. */
export interface Permit {
  readonly decision: JsonObject;
  readonly resource: string;
  readonly source: DecisionSource;
  /** Of the profile with which Adobe permits; read once for all permits of a call. */
  profile(): Promise<ProfileType>;
}

/** For each permit, in their order, why it is denied; undefined for one that stands. */
export type JudgePermits = (
  asked: Asked,
  permits: readonly Permit[],
) => Promise<readonly (Denial | undefined)[]>;

/** Whatever is not clearly a denial. */
const isPermit = ({ authorized, token }: JsonObject): boolean => authorized !== false || token !== undefined;

export const createPermitsIn =
  ({ readProfile }: { readonly readProfile: OperationFlow }) =>
  ({ request, mvpd }: Asked, decisions: readonly JsonObject[]): readonly Permit[] => {
    const ofMvpd = once(() => typeOfProfile(readProfile, request, mvpd));
    return decisions.filter(isPermit).map((decision) => {
      const source = among(decisionSources, decision['source']);
      return {
        decision,
        resource: textMember(decision, 'resource') ?? '',
        source,
        profile: async () => impliedBy[source] ?? ofMvpd(),
      };
    });
  };

/** Adobe permits these without a profile, too. Source: REST API V2, decisions: `source`. */
const impliedBy: Partial<Record<DecisionSource, ProfileType>> = {
  degradation: 'degraded',
  temppass: 'temporary',
};

const typeOfProfile = async (
  readProfile: OperationFlow,
  request: RestRequest,
  mvpd: string,
): Promise<ProfileType> => {
  try {
    const { body } = await readProfile({ ...request, input: { parameters: { mvpd } } });
    const profile = memberOf(memberOf(body, 'profiles'), mvpd);
    return among(profileTypes, memberOf(profile, 'type'));
  } catch {
    return 'unknown';
  }
};

/** The value if it is one of those that are listed. */
const among = <T extends string>(known: readonly T[], value: Json | undefined): T | 'unknown' =>
  known.find((one) => one === value) ?? 'unknown';

const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;

/** What rules go by. */
export const factsOf = ({ request, mvpd }: Asked, resources: readonly string[], now: number): Facts => ({
  app: request.caller.app.id,
  serviceProvider: request.serviceProvider,
  mvpd,
  country: request.device.country,
  resources: resources.flatMap((resource) => [resource, ...(request.namedAs?.get(resource) ?? [])]),
  now,
});

/** By the rules, those of before too: an answer may hold what was not asked for. */
export const createJudgePermits =
  (judge: Judge, now: () => number): JudgePermits =>
  (asked, permits) =>
    Promise.all(
      permits.map(async ({ resource, source, profile }) => {
        // Where Adobe spells a resource in its own way, it may be any of those that were asked for.
        const resources = asked.resources.includes(resource) ? [resource] : [resource, ...asked.resources];
        const rule = await judge.after({ ...factsOf(asked, resources, now()), source, profile });
        return rule && denialByRule(rule);
      }),
    );
