/** The members of a discovery document, none of them checked. */
export type Metadata = Readonly<Record<string, unknown>>;

export const textOf = (metadata: Metadata, name: string): string | undefined => {
  const value = metadata[name];
  return typeof value === 'string' ? value : undefined;
};

/** Undefined if it is not published, or not a list of texts. */
export const listOf = (metadata: Metadata, name: string): readonly string[] | undefined => {
  const value = metadata[name];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
};
