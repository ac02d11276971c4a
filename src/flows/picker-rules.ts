import type { PickerSettings } from '#src/config/schema/picker';
import type { Mvpd } from '#src/rest-v2/mvpds';

/** A TV provider that viewers can choose. */
export interface TvProvider {
  /** Of the MVPD. */
  readonly id: string;
  readonly displayName: string;
  /** An https URL. */
  readonly logoUrl?: string | undefined;
  /** Other names under which viewers look for it. */
  readonly aliases: readonly string[];
  /** Whether the viewer has used it before. */
  readonly isRemembered: boolean;
}

/** What the conditions of a rule are about. */
export interface PickerPlace {
  readonly app: string;
  readonly serviceProvider: string;
  /** Of Adobe Pass. */
  readonly environment: string;
  /** Two upper-case letters; undefined if it is not known. */
  readonly country: string | undefined;
  /** The words by which the device describes its platform. */
  readonly platform: readonly string[];
}

type Rule = PickerSettings['rules'][number];
type Facts = PickerSettings['mvpds'][number];

const isAmong = (wanted: readonly string[], actual: readonly string[]): boolean => {
  if (wanted.length === 0) return true;
  const known = new Set(actual.map((text) => text.toLowerCase()));
  return wanted.some((text) => known.has(text.toLowerCase()));
};

const applies = (rule: Rule, place: PickerPlace): boolean =>
  isAmong(rule.apps, [place.app]) &&
  isAmong(rule.serviceProviders, [place.serviceProvider]) &&
  isAmong(rule.environments, [place.environment]) &&
  isAmong(rule.countries, place.country === undefined ? [] : [place.country]) &&
  isAmong(rule.platforms, place.platform);

const kindOf = ({ isTempPass }: Mvpd, facts: Facts | undefined): Facts['kind'] | 'temporary' => {
  const kind = facts?.kind ?? 'live';
  return kind === 'live' && isTempPass ? 'temporary' : kind;
};

/** Each rule may change what the ones before it say; within a rule, what is shown by its id is not hidden. */
const isShown = (mvpd: Mvpd, facts: Facts | undefined, rules: readonly Rule[]): boolean => {
  const kind = kindOf(mvpd, facts);
  return rules.reduce((shown, { hide, show, showKinds }) => {
    if (show.includes(mvpd.id)) return true;
    if (hide.includes(mvpd.id) || hide.includes('*')) return false;
    return kind !== 'live' && showKinds.includes(kind) ? true : shown;
  }, kind === 'live');
};

/** The image that Adobe names where an MVPD has no logo. */
const noLogo = /\/noLogo\.png$/;

const logoOf = ({ logoUrl = '' }: Mvpd, facts: Facts | undefined): string | undefined => {
  const url = facts?.logoUrl ?? logoUrl;
  return URL.parse(url)?.protocol === 'https:' && !noLogo.test(url) ? new URL(url).href : undefined;
};

const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/**
 * The MVPDs that viewers can choose: the remembered one, then those that the last rule with an order names, then the others by
 * name. TempPass, tests, MVPDs in development and disabled ones only where a rule shows them. Pure.
 */
export const applyPickerRules = (
  mvpds: readonly Mvpd[],
  { mvpds: known, rules }: PickerSettings,
  place: PickerPlace,
  remembered?: string,
): readonly TvProvider[] => {
  const facts = new Map(known.map((entry) => [entry.id, entry]));
  const applicable = rules.filter((rule) => applies(rule, place));
  const order = applicable.findLast((rule) => rule.order.length > 0)?.order ?? [];
  const ranks = new Map(order.map((id, rank) => [id, rank]));
  const rankOf = ({ id, isRemembered }: TvProvider): number =>
    isRemembered ? -1 : (ranks.get(id) ?? order.length);
  return mvpds
    .filter((mvpd) => isShown(mvpd, facts.get(mvpd.id), applicable))
    .map((mvpd): TvProvider => {
      const { name, aliases = [] } = facts.get(mvpd.id) ?? {};
      return {
        id: mvpd.id,
        displayName: name ?? mvpd.displayName ?? mvpd.id,
        logoUrl: logoOf(mvpd, facts.get(mvpd.id)),
        aliases,
        isRemembered: mvpd.id === remembered,
      };
    })
    .sort((a, b) => rankOf(a) - rankOf(b) || byName.compare(a.displayName, b.displayName));
};

/** Letters and digits alone, without accents and in lower case, with a space between words. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * The providers whose name or alias has what a viewer typed: the whole of it, however its words are divided (`AT&T` is found as
 * `att`), or the beginning of
 * each of its words. All of them if it has neither letters nor digits. Pure.
 */
export const searchProviders = (providers: readonly TvProvider[], typed: string): readonly TvProvider[] => {
  const query = folded(typed.slice(0, 100));
  const whole = query.replaceAll(' ', '');
  const words = query.split(' ');
  return providers.filter(({ displayName, aliases }) =>
    [displayName, ...aliases]
      .map(folded)
      .some(
        (name) =>
          name.replaceAll(' ', '').includes(whole) || words.every((word) => ` ${name}`.includes(` ${word}`)),
      ),
  );
};
