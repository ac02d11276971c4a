/** The promise, or a failure that says what did not happen in time: a test that waits for an event cannot hang. */
export const within = async <T>(ms: number, event: string, promise: Promise<T>): Promise<T> => {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error(`${event}: not within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
};
