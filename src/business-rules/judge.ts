/**
 * Business rules of the programmer: what is denied, whatever Adobe would permit. This folder owns what a rule means, and how the
 * programmer's webhook is asked. It must not know flows, stores or HTTP requests of apps. Nothing in it can permit.
 */
import type { BusinessRule, DecisionSource, ProfileType } from '#src/config/business-rules/rule-schema';
import { compilePatterns, type MatchesAny } from './compile-patterns.ts';
import { fold } from './fold.ts';
import { isInTime } from './is-in-time.ts';
import { idsOfResource } from './resource-ids.ts';

/** What is known of a request for decisions. */
export interface Facts {
  readonly app: string;
  readonly serviceProvider: string;
  readonly mvpd: string;
  /** Two upper-case letters; undefined if it is not known. */
  readonly country: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What is to be played. */
export interface Played {
  /** Ids or MRSS documents, each of which may be it. */
  readonly resources: readonly string[];
  /** What the app calls it besides: ids and titles. */
  readonly names?: readonly string[] | undefined;
}

/** What is known of a permit. */
export interface PermitFacts extends Played {
  readonly source: DecisionSource;
  /** Called where the outcome depends on it. */
  profile(): Promise<ProfileType>;
}

/** The rules for one request. */
export interface Judge {
  /** The first rule that denies a resource before Adobe is asked. */
  before(played: Played): BusinessRule | undefined;
  /** The first rule that denies what Adobe permits, those of before among them. */
  after(permit: PermitFacts): Promise<BusinessRule | undefined>;
}

export type JudgeOf = (facts: Facts) => Judge;

/** MVPDs that call a channel otherwise than the programmer. */
type Titles = readonly {
  readonly id: string;
  readonly channels: readonly { readonly channel: string; readonly title: string }[];
}[];

/** A rule about a channel is about each MVPD's title of it. Pure, but for what `profile` does. */
export const createJudgeOf = (rules: readonly BusinessRule[], titles: Titles = []): JudgeOf => {
  const compiled = rules.map(compile);
  const channelsOf = compileTitles(titles);
  return (facts) => {
    const channels = channelsOf(facts.mvpd);
    const inForce = compiled.filter(({ rule, isAboutMvpd }) => isInForce(rule, isAboutMvpd, facts));
    const late = inForce.filter(({ rule }) => needsPermit(rule));
    const early = inForce.filter(({ rule }) => !needsPermit(rule));
    const needsIds = inForce.some(({ isAboutResource }) => isAboutResource);
    const idsIn = (played: Played): Ids => (needsIds ? idsOf(played, channels) : []);
    return {
      before: (played) => {
        const ids = idsIn(played);
        return early.find((rule) => concerns(rule, ids))?.rule;
      },
      after: async ({ source, profile, ...played }) => {
        const ids = idsIn(played);
        const earlier = early.find((rule) => concerns(rule, ids));
        if (earlier) return earlier.rule;
        for (const { rule } of late.filter((candidate) => concerns(candidate, ids))) {
          if (rule.sources && !rule.sources.includes(source)) continue;
          if (!rule.profiles || rule.profiles.includes(await profile())) return rule;
        }
        return undefined;
      },
    };
  };
};

const needsPermit = ({ profiles, sources }: BusinessRule): boolean => Boolean(profiles ?? sources);

/** A rule, with what costs time made once. */
interface Compiled {
  readonly rule: BusinessRule;
  readonly isAboutMvpd: MatchesAny | undefined;
  readonly isAboutResource: MatchesAny | undefined;
}

const compile = (rule: BusinessRule): Compiled => ({
  rule,
  isAboutMvpd: rule.mvpds && compilePatterns(rule.mvpds),
  isAboutResource: rule.resources && compilePatterns(rule.resources),
});

/** Whether everything holds but what is about the resource and the permit. */
const isInForce = (rule: BusinessRule, isAboutMvpd: MatchesAny | undefined, facts: Facts): boolean =>
  (!rule.apps || rule.apps.includes(facts.app)) &&
  (!rule.serviceProviders || rule.serviceProviders.includes(facts.serviceProvider)) &&
  (!isAboutMvpd || isAboutMvpd([fold(facts.mvpd)])) &&
  isInCountry(rule, facts.country) &&
  (!rule.time || isInTime(rule.time, facts.now));

const isInCountry = (
  { countries, exceptCountries, unknownCountry }: BusinessRule,
  country: string | undefined,
): boolean => {
  if (!countries && !exceptCountries) return true;
  if (country === undefined) return unknownCountry === 'applies';
  return countries ? countries.includes(country) : !exceptCountries?.includes(country);
};

/** Folded; undefined if one of the resources cannot be read, which may then be anything. */
type Ids = readonly string[] | undefined;

const idsOf = ({ resources, names = [] }: Played, channels: Channels): Ids => {
  const found = resources.map(idsOfResource);
  if (!found.every((ids) => ids !== undefined)) return undefined;
  const ids = [...found.flat(), ...names].map(fold);
  return channels ? [...ids, ...ids.flatMap((id) => channels.get(id) ?? [])] : ids;
};

/** By a title of an MVPD: the programmer's ids of its channels. All folded. */
type Channels = ReadonlyMap<string, readonly string[]> | undefined;

const compileTitles = (titles: Titles): ((mvpd: string) => Channels) => {
  const byMvpd = new Map(
    titles.map(({ id, channels }) => {
      const grouped = Map.groupBy(channels, ({ title }) => fold(title));
      const entries = [...grouped].map(
        ([title, those]) => [title, those.map(({ channel }) => fold(channel))] as const,
      );
      return [fold(id), new Map(entries)] as const;
    }),
  );
  return (mvpd) => byMvpd.get(fold(mvpd));
};

const concerns = ({ isAboutResource }: Compiled, ids: Ids): boolean =>
  !isAboutResource || ids === undefined || isAboutResource(ids);
