import { z } from 'zod';
import { adobeId, httpUrl, slug, viewerText } from '../values.ts';

/** Kinds of MVPDs that no viewer gets to see unless a rule shows them. */
const hiddenKinds = ['temporary', 'test', 'development', 'disabled'] as const;

const mvpdSchema = z.strictObject({
  id: adobeId.describe('As in the configuration of Adobe'),
  kind: z
    .enum(['live', 'test', 'development', 'disabled'])
    .default('live')
    .describe('Only `live` ones are shown, unless a rule shows others; Adobe tells which are TempPass'),
  name: viewerText.optional().describe('Name shown to viewers, in the place of the one that Adobe tells'),
  aliases: z
    .array(viewerText)
    .max(50)
    .default([])
    .describe('Other names under which viewers look for it: earlier ones, brands, regions'),
  logoUrl: httpUrl
    .refine((url) => url.startsWith('https://'), 'must be an https URL')
    .optional()
    .describe('Logo in the place of the one that Adobe tells'),
});

const ids = (what: string) => z.array(adobeId).max(2_000).default([]).describe(what);

const ruleSchema = z.strictObject({
  apps: z.array(slug).default([]).describe('Ids of apps; empty for all'),
  serviceProviders: z.array(adobeId).default([]).describe('Service providers; empty for all'),
  environments: z
    .array(slug)
    .default([])
    .describe('Environments of Adobe Pass, as in `apps[].environment`; empty for all'),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be two upper-case letters (ISO 3166-1), such as US'))
    .default([])
    .describe('Countries of devices, which `public.countryHeader` tells; empty for all'),
  platforms: z
    .array(viewerText)
    .default([])
    .describe(
      'Values of primaryHardwareType, osName or osFamily in X-Device-Info, in any case, such as TV or Roku OS; empty for all',
    ),
  hide: z
    .array(z.union([z.literal('*'), adobeId]))
    .max(2_000)
    .default([])
    .describe('Ids of MVPDs to hide; `*` for all'),
  show: ids('Ids of MVPDs to show, whatever hides them'),
  showKinds: z
    .array(z.enum(hiddenKinds))
    .default([])
    .describe('Kinds of MVPDs to show: temporary (TempPass), test, development, disabled'),
  order: ids('Ids of MVPDs that come first, in this order; the others follow by name'),
});

export const pickerSchema = z
  .strictObject({
    mvpds: z
      .array(mvpdSchema)
      .max(2_000)
      .default([])
      .describe('What is known about MVPDs besides what Adobe tells'),
    rules: z
      .array(ruleSchema)
      .max(500)
      .default([])
      .describe(
        'Which MVPDs viewers can choose, and in which order. All rules apply whose conditions hold, one after the other: a later one has the last word',
      ),
  })
  .prefault({});

export type PickerSettings = z.output<typeof pickerSchema>;
