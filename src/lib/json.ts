export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value; undefined if the text is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The text under this name; undefined if the value is no object that has one there. */
export const textMember = (value: Json, name: string): string | undefined => {
  const member = isJsonObject(value) ? value[name] : null;
  return typeof member === 'string' ? member : undefined;
};
