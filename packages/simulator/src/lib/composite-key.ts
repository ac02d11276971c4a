/** A key of several parts that no choice of parts can make equal to another's. */
export const compositeKey = (...parts: readonly string[]): string => JSON.stringify(parts);
