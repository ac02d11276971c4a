/** The result, unless it takes longer than `ms` milliseconds: then rejects with the error of `late`. */
export const within = <T>(ms: number, result: Promise<T>, late: () => Error): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(late()), ms);
  result.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
};
