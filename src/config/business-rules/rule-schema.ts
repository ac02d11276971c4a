/** The form of a rule file: what the programmer denies, whatever Adobe would permit. */
import { z } from 'zod';
import { perLanguage } from '../per-language.ts';
import { adobeId, slug } from '../values.ts';

/** Types of profiles that Adobe lists; `unknown` for one that it does not, and where the profile cannot be read. */
export const profileTypes = [
  'regular',
  'serviceTokenSSO',
  'platformSSO',
  'appleSSO',
  'temporary',
  'degraded',
  'unknown',
] as const;

/** Who decided, as Adobe's decisions tell it. */
export const decisionSources = ['mvpd', 'degradation', 'temppass', 'dummy', 'unknown'] as const;

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const country = z.string().regex(/^[A-Z]{2}$/, 'must be two upper-case letters (ISO 3166-1), such as US');

const isTimeZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
};

const isDateTime = (text: string): boolean => {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
};

const dateTime = z.string().refine(isDateTime, 'must be a local time such as 2031-01-31T20:00');

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 06:30, from 00:00 to 23:59');

const timeSchema = z.strictObject({
  zone: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as America/New_York')
    .describe('Time zone of everything below'),
  since: dateTime.optional().describe('Not before this local time'),
  until: dateTime.optional().describe('Before this local time'),
  days: z.array(z.enum(days)).min(1).optional().describe('Days of the week on which it begins'),
  from: timeOfDay.optional().describe('From this time of day'),
  to: timeOfDay.optional().describe('To this time of day, which may be on the next day'),
});

const list = <Value extends z.ZodType>(value: Value, what: string) =>
  z.array(value).min(1).max(2_000).optional().describe(what);

export const conditions = {
  apps: list(slug, 'Ids of apps'),
  serviceProviders: list(adobeId, 'Service providers'),
  mvpds: list(adobeId, 'MVPDs, in any case'),
  resources: list(
    z.string().trim().min(1).max(500),
    'Resources: ids in any case, * for any characters; of an MRSS document, the titles and GUIDs in it',
  ),
  countries: list(country, 'Countries of devices'),
  exceptCountries: list(country, 'All countries of devices but these'),
  time: timeSchema.optional().describe('When'),
  profiles: list(z.enum(profileTypes), 'Types of the profile with which Adobe permits'),
  sources: list(z.enum(decisionSources), 'Who permits'),
};

const denialText = z.string().trim().min(1).max(500);

/** Codes of denials that do not come from a rule file. */
const takenCodes: ReadonlySet<string> = new Set(['refused', 'concurrency', 'unavailable']);

const denySchema = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be up to 40 of a-z, 0-9 and _, and start with a letter')
    .refine((code) => !takenCodes.has(code), 'is a code of the gateway itself')
    .describe('What apps get as `gateway_rule_<code>`'),
  action: z
    .enum(['none', 'authentication', 'retry'])
    .default('none')
    .describe('What the app should do, as in the errors of REST API V2'),
  text: perLanguage(denialText).optional().describe('For the viewer, by language'),
});

const ruleSchema = z.strictObject({
  id: slug
    .refine((id) => id !== 'permit', 'must not be `permit`, which stands for no rule')
    .describe('Its name in logs and tests'),
  ...conditions,
  unknownCountry: z
    .enum(['applies', 'passes'])
    .optional()
    .describe('Whether the rule applies to a device whose country is not known'),
  deny: denySchema,
});

export const ruleFileSchema = z.strictObject({
  rules: z.array(ruleSchema).max(1_000).describe('The first one that applies denies'),
});

export type RuleFile = z.output<typeof ruleFileSchema>;
export type BusinessRule = RuleFile['rules'][number];
export type TimeWindow = NonNullable<BusinessRule['time']>;
export type ProfileType = (typeof profileTypes)[number];
export type DecisionSource = (typeof decisionSources)[number];
