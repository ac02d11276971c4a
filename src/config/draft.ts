import { z } from 'zod';
import { type Config, configSchema } from './schema.ts';
import { memberOf } from './settings/settings-schema.ts';
import { slug } from './values.ts';

export type Partly<T> = T extends readonly (infer Entry)[]
  ? readonly (Partly<Entry> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Partly<T[Key]> | undefined }
    : T;

/** Settings as far as they are valid, with their defaults: what is not valid is undefined, entries keep their index. */
export type Draft = Partly<Config>;

/** Lets the rules across settings see what is valid, whatever is wrong elsewhere. */
export const draftOf = (input: unknown): Draft => (validPart(configSchema, input) ?? {}) as Draft;

/** What of an input is valid; undefined if nothing is. */
export const validPart = (schema: z.core.$ZodType, input: unknown): unknown => {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return validPart(schema.unwrap(), input);
  if (schema instanceof z.ZodArray)
    return Array.isArray(input) ? input.map((entry) => validPart(schema.element, entry)) : undefined;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator, options } = schema.def;
    const chosen = options.find((option) => isChosen(option, discriminator, memberOf(input, discriminator)));
    return chosen ? validPart(chosen, input) : { id: validPart(slug, memberOf(input, 'id')) };
  }
  if (!(schema instanceof z.ZodObject) || typeof input !== 'object' || input === null) return undefined;
  return Object.fromEntries(
    Object.entries(schema.shape).map(([key, member]) => [key, validPart(member, memberOf(input, key))]),
  );
};

const isChosen = (option: z.core.$ZodType, discriminator: string, value: unknown): boolean =>
  option instanceof z.ZodObject && z.safeParse(option.shape[discriminator], value).success;
