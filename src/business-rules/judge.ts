/**
 * Business rules of the programmer: what is denied, whatever Adobe would permit. This folder owns what a rule means, and how the
 * programmer's webhook is asked. It must not know flows, stores or HTTP requests of apps. Nothing in it can permit.
 */
import type { BusinessRule, DecisionSource, ProfileType } from '#src/config/business-rules/rule-schema';
import { isInTime } from './is-in-time.ts';
import { matchesPattern } from './matches-pattern.ts';
import { fold, idsIn } from './resource-ids.ts';

/** What is known before Adobe is asked. */
export interface Facts {
  readonly app: string;
  readonly serviceProvider: string;
  readonly mvpd: string;
  /** Two upper-case letters; undefined if it is not known. */
  readonly country: string | undefined;
  /** Ids or MRSS documents, each of which may be what is played. */
  readonly resources: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What is known of a permit. */
export interface PermitFacts extends Facts {
  readonly source: DecisionSource;
  /** Called at most once for each rule that depends on it. */
  profile(): Promise<ProfileType>;
}

/** By app, service provider and so on: what applies without an answer of Adobe's, and what needs one. */
export interface Judge {
  /** The first rule that denies before Adobe is asked. */
  before(facts: Facts): BusinessRule | undefined;
  /** The first rule that denies what Adobe permits, those of before among them. */
  after(facts: PermitFacts): Promise<BusinessRule | undefined>;
}

/** Pure, but for what `profile` does. */
export const createJudge = (rules: readonly BusinessRule[]): Judge => {
  const [late, early] = [rules.filter(needsPermit), rules.filter((rule) => !needsPermit(rule))];
  const first = (candidates: readonly BusinessRule[], facts: Facts): readonly BusinessRule[] => {
    const ids = idsOf(facts.resources);
    return candidates.filter((rule) => holds(rule, facts, ids));
  };
  return {
    before: (facts) => first(early, facts)[0],
    after: async (facts) => {
      const [earlier] = first(early, facts);
      if (earlier) return earlier;
      for (const rule of first(late, facts)) {
        if (rule.sources && !rule.sources.includes(facts.source)) continue;
        if (!rule.profiles || rule.profiles.includes(await facts.profile())) return rule;
      }
      return undefined;
    },
  };
};

const needsPermit = ({ profiles, sources }: BusinessRule): boolean => Boolean(profiles ?? sources);

/** Folded; undefined if one of them cannot be read, which may then be anything. */
const idsOf = (resources: readonly string[]): readonly string[] | undefined => {
  const ids = resources.map(idsIn);
  return ids.every((found) => found !== undefined) ? ids.flat().map(fold) : undefined;
};

const holds = (rule: BusinessRule, facts: Facts, ids: readonly string[] | undefined): boolean =>
  (!rule.apps || rule.apps.includes(facts.app)) &&
  (!rule.serviceProviders || rule.serviceProviders.includes(facts.serviceProvider)) &&
  (!rule.mvpds || rule.mvpds.some((mvpd) => fold(mvpd) === fold(facts.mvpd))) &&
  isInCountry(rule, facts.country) &&
  (!rule.time || isInTime(rule.time, facts.now)) &&
  (!rule.resources || isAmong(rule.resources, ids));

const isInCountry = (
  { countries, exceptCountries, unknownCountry }: BusinessRule,
  country: string | undefined,
): boolean => {
  if (!countries && !exceptCountries) return true;
  if (country === undefined) return unknownCountry === 'applies';
  return countries ? countries.includes(country) : !exceptCountries?.includes(country);
};

const isAmong = (patterns: readonly string[], ids: readonly string[] | undefined): boolean =>
  ids === undefined || patterns.map(fold).some((pattern) => ids.some((id) => matchesPattern(pattern, id)));
