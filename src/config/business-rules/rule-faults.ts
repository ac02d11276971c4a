import type { Draft, Partly } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';
import { nearest } from '../faults/nearest.ts';
import { memberOf, valueAt } from '../settings/settings-schema.ts';
import { conditions, type RuleFile } from './rule-schema.ts';

type Rule = NonNullable<NonNullable<Partly<RuleFile>['rules']>[number]>;

/**
 * What is wrong between the parts of a rule file, and with the settings that use it: a rule about an app or a service provider
 * that is not there, or about countries that nobody tells, would never apply. Pure.
 */
export const ruleFaults = (
  { rules = [] }: Partly<RuleFile>,
  /** The file as it is written. */
  input: unknown,
  settings?: Draft,
): Finding[] =>
  rules.flatMap((rule, index) => {
    if (!rule) return [];
    const at = (...path: Path): Path => ['rules', index, ...path];
    const isRepeated =
      rule.id !== undefined && rules.slice(0, index).some((earlier) => earlier?.id === rule.id);
    return [
      ...(isRepeated ? [{ path: at('id'), message: `"${rule.id}" is used twice` }] : []),
      ...conditionFaults(valueAt(input, at()), at),
      ...countryFaults(rule, at),
      ...timeFaults(rule.time, valueAt(input, at('time')), at),
      ...(settings ? [...unknownNames(rule, settings, at), ...untoldCountries(rule, settings, at)] : []),
    ];
  });

type At = (...path: Path) => Path;

/** A condition that is not valid is one nevertheless. */
const conditionFaults = (written: unknown, at: At): Finding[] =>
  Object.keys(conditions).some((key) => memberOf(written, key) !== undefined)
    ? []
    : [{ path: at(), message: "must have a condition; resources: ['*'] denies everything" }];

const countryFaults = (rule: Rule, at: At): Finding[] => {
  const isAboutCountries = Boolean(rule.countries ?? rule.exceptCountries);
  if (rule.countries && rule.exceptCountries)
    return [{ path: at('exceptCountries'), message: 'must not stand beside `countries`' }];
  if (isAboutCountries && !rule.unknownCountry)
    return [
      {
        path: at('unknownCountry'),
        message: 'is missing: `applies` or `passes`, for devices whose country is not known',
      },
    ];
  return !isAboutCountries && rule.unknownCountry
    ? [{ path: at('unknownCountry'), message: 'means nothing without `countries` or `exceptCountries`' }]
    : [];
};

const timeFaults = (time: Rule['time'], written: unknown, at: At): Finding[] => {
  if (!time) return [];
  const { since, until, from, to } = time;
  const fault = (key: string, message: string): Finding[] => [{ path: at('time', key), message }];
  const has = (key: string): boolean => memberOf(written, key) !== undefined;
  if (has('from') && !has('to')) return fault('to', 'is missing: `from` needs it');
  if (has('to') && !has('from')) return fault('from', 'is missing: `to` needs it');
  if (from !== undefined && from === to) return fault('to', 'must differ from `from`');
  if (since !== undefined && until !== undefined && since >= until)
    return fault('until', 'must be after `since`');
  return ['since', 'until', 'days', 'from'].some(has)
    ? []
    : fault('days', 'is missing: a time needs `since`, `until`, `days`, or `from` and `to`');
};

const untoldCountries = (rule: Rule, { public: listener }: Draft, at: At): Finding[] =>
  (['countries', 'exceptCountries'] as const).flatMap((key) =>
    rule[key] && listener?.countryHeader === undefined
      ? [{ path: at(key), message: 'needs `public.countryHeader`, which tells the country of a device' }]
      : [],
  );

const unknownNames = (rule: Rule, { apps = [] }: Draft, at: At): Finding[] => {
  const known = {
    apps: apps.flatMap((app) => app?.id ?? []),
    serviceProviders: apps.flatMap((app) => app?.serviceProviders ?? []).flatMap((id) => id ?? []),
  };
  return (['apps', 'serviceProviders'] as const).flatMap((key) =>
    (rule[key] ?? []).flatMap((id, position) =>
      id === undefined || known[key].includes(id)
        ? []
        : [
            {
              path: at(key, position),
              message: `${key === 'apps' ? 'app' : 'service provider'} "${id}" does not exist`,
              write: nearest(id, known[key]),
            },
          ],
    ),
  );
};
