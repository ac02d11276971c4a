import type { Stores } from './ports.ts';

type Method = (...input: never[]) => Promise<unknown>;

/** Makes a call by `call`, and passes on what comes of it. */
export type Around = <T>(call: () => Promise<T>) => Promise<T>;

/** The same stores; every call of every port is made through `around`, but for `close`. */
export const wrapCalls = (stores: Stores, around: Around): Stores => {
  const wrap =
    (method: Method) =>
    (...input: never[]) =>
      around(() => method(...input));
  const wrapPort = (port: object) =>
    Object.fromEntries(Object.entries<Method>({ ...port }).map(([name, method]) => [name, wrap(method)]));

  const { close: _, ...others } = stores;
  const wrapped = Object.entries<Method | object>(others).map(([name, part]) => [
    name,
    typeof part === 'function' ? wrap(part as Method) : wrapPort(part),
  ]);
  return { ...stores, ...Object.fromEntries(wrapped) };
};
