/** Concurrent calls with the same key share one run and its result or failure; nothing is kept afterwards. */
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

/** A collision-free key made of several parts. */
export const compositeKey = (...parts: readonly string[]): string => JSON.stringify(parts);
