import type { AppConfig } from '#src/config/schema';
import { activatePath } from '../pages/next-links.ts';

/** The apps whose viewers sign in with the same identity providers, and the page on which they enter codes. */
export interface ActivationFamily {
  readonly id: string;
  readonly apps: readonly [AppConfig, ...AppConfig[]];
  readonly path: string;
}

/** A code typed by hand is looked up after sign-in, so each family has a page of its own; the only one has `/device`. */
export const createActivationFamilies = (apps: readonly AppConfig[]) => {
  const groups = [...Map.groupBy(apps, ({ family }) => family)];
  const families = groups.flatMap(([id, [first, ...others]]): ActivationFamily[] =>
    first
      ? [{ id, apps: [first, ...others], path: groups.length === 1 ? '/device' : `/activate/${id}` }]
      : [],
  );
  return {
    all: families,
    /** The family whose page this path is. */
    at: (path: string): ActivationFamily | undefined =>
      path === activatePath && families.length === 1
        ? families[0]
        : families.find((family) => family.path === path),
    find: (id: string): ActivationFamily | undefined => families.find((family) => family.id === id),
  };
};

export type ActivationFamilies = ReturnType<typeof createActivationFamilies>;
