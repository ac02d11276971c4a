import { z } from 'zod';

/** One value for each language of the pages, or for some: the others have the English one, or the first. */
export const perLanguage = <Value extends z.ZodType>(value: Value) =>
  z
    .strictObject({
      en: value.optional(),
      es: value.optional(),
      fr: value.optional(),
      pt: value.optional(),
      de: value.optional(),
      'zh-Hant': value.optional(),
      'zh-Hans': value.optional(),
      ko: value.optional(),
    })
    .refine((values) => Object.keys(values).length > 0, 'must have at least one language');
