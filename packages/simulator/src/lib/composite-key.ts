/** A key made of several parts; different parts never make the same key. */
export const compositeKey = (...parts: readonly string[]): string => JSON.stringify(parts);
