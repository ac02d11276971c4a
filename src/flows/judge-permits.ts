import type { Facts, Judge, Played } from '#src/business-rules/judge';
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
  /** In the order of the request. */
  readonly played: readonly { readonly resource: string; readonly names: readonly string[] }[];
  /** Whether it is an authorization. */
  readonly isPlay: boolean;
}

/** A decision of Adobe's, if there is one, and which of the resources it is about, if that is known. */
export interface Found {
  readonly decision: JsonObject | undefined;
  readonly played?: Asked['played'][number];
}

/** A permit of Adobe's, with what the programmer's service is told of it. */
export interface Permit {
  /** As the decision names it. */
  readonly resource: string;
  /** What rules go by. */
  readonly played: Played;
  readonly source: DecisionSource;
  /** Of the profile with which Adobe permits; read once for all permits of a call. */
  profile(): Promise<ProfileType>;
}

/** Whatever is not clearly a denial. */
const isPermit = ({ authorized, token }: JsonObject): boolean => authorized !== false || token !== undefined;

/** For each decision, in their order; undefined for a denial. */
export const createPermitsIn =
  ({ readProfile }: { readonly readProfile: OperationFlow }) =>
  (asked: Asked, found: readonly Found[]): readonly (Permit | undefined)[] => {
    const ofMvpd = once(() => typeOfProfile(readProfile, asked));
    return found.map(({ decision, played }) => {
      if (!decision || !isPermit(decision)) return undefined;
      const source = among(decisionSources, decision['source']);
      const resource = textMember(decision, 'resource') ?? '';
      return {
        resource,
        played: playedIn(resource, played ? [played] : asked.played),
        source,
        profile: async () => impliedBy[source] ?? ofMvpd(),
      };
    });
  };

/** Where Adobe spells a resource in its own way, it may be any of those that were asked for. */
const playedIn = (resource: string, played: Asked['played']): Played => {
  const same = played.filter((one) => one.resource === resource);
  const possible = same.length > 0 ? same : played;
  return {
    resources: [...new Set([resource, ...possible.map((one) => one.resource)])],
    names: possible.flatMap(({ names }) => names),
  };
};

/** Adobe permits these without a profile, too. Source: REST API V2, decisions: `source`. */
const impliedBy: Partial<Record<DecisionSource, ProfileType>> = {
  degradation: 'degraded',
  temppass: 'temporary',
};

const typeOfProfile = async (readProfile: OperationFlow, { request, mvpd }: Asked): Promise<ProfileType> => {
  try {
    const { body } = await readProfile({ ...request, input: { parameters: { mvpd } } });
    const profiles = Object.entries(objectOf(body['profiles']));
    const [, profile] = profiles.find(([of]) => of.toLowerCase() === mvpd.toLowerCase()) ?? [];
    return among(profileTypes, objectOf(profile)['type']);
  } catch {
    return 'unknown';
  }
};

/** The value if it is one of those that are listed. */
const among = <T extends string>(known: readonly T[], value: Json | undefined): T | 'unknown' =>
  known.find((one) => one === value) ?? 'unknown';

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** What rules go by. */
export const factsOf = ({ request, mvpd }: Asked, now: number): Facts => ({
  app: request.caller.app.id,
  serviceProvider: request.serviceProvider,
  mvpd,
  country: request.device.country,
  now,
});

/**
 * For each permit, in their order, why it is denied; undefined for one that stands. Those of before are among the rules: an answer
 * may hold what was not asked for.
 */
export const judgePermits = (
  judge: Judge,
  permits: readonly Permit[],
): Promise<readonly (Denial | undefined)[]> =>
  Promise.all(
    permits.map(async ({ played, source, profile }) => {
      const rule = await judge.after({ ...played, source, profile });
      return rule && denialByRule(rule);
    }),
  );
