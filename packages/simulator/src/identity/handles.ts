import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createLru } from '#src/lib/lru';

export interface Handle<V> {
  readonly value: V;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly spent: boolean;
}

export interface Handles<V> {
  /** `lifetime` in seconds. */
  issue(value: V, lifetime?: number): string;
  /** Includes expired and spent ones, which providers report differently. */
  find(handle: string): Handle<V> | undefined;
  spend(handle: string): void;
  /** Neither expired nor spent, least recently used first. */
  live(): { readonly handle: string; readonly value: V; readonly expiresAt: number }[];
  /** Spends those that match; returns how many. */
  spendWhere(fits: (value: V) => boolean): number;
  clear(): void;
}

interface Options {
  readonly prefix?: string;
  /** Seconds. */
  readonly lifetime: number;
}

/** Unguessable strings with a value and a lifetime: codes, access tokens, browser sessions. */
export const createHandles = <V>(
  { clock, ids }: { clock: Clock; ids: Ids },
  { prefix = '', lifetime }: Options,
): Handles<V> => {
  const handles = createLru<Handle<V>>(1000);
  const spend = (handle: string): void => {
    const found = handles.get(handle);
    if (found) handles.set(handle, { ...found, spent: true });
  };
  const live = () =>
    handles
      .list()
      .filter(([, { spent, expiresAt }]) => !spent && expiresAt > clock.now())
      .map(([handle, { value, expiresAt }]) => ({ handle, value, expiresAt }));

  return {
    issue: (value, seconds = lifetime) => {
      const handle = prefix + ids.secret();
      handles.set(handle, { value, expiresAt: clock.now() + seconds * 1000, spent: false });
      return handle;
    },
    find: (handle) => handles.get(handle),
    spend,
    live,
    spendWhere: (fits) => {
      const fitting = live().filter(({ value }) => fits(value));
      for (const { handle } of fitting) spend(handle);
      return fitting.length;
    },
    clear: () => handles.clear(),
  };
};
