/** Calls with an equal key that overlap share one run; its failure is shared once, then forgotten. */
export const createSingleFlight = <T>() => {
  const flights = new Map<string, Promise<T>>();
  return (key: string, run: () => Promise<T>): Promise<T> => {
    const current = flights.get(key);
    if (current) return current;
    const flight = run().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
};

/** A key of several parts that no choice of parts can make equal to another's. */
export const compositeKey = (...parts: readonly string[]): string => JSON.stringify(parts);
