/** A method of a path; `{…}` is one segment. */
export interface Path {
  readonly method: string;
  readonly path: string;
}

/**
 * The methods of a path that is served here; undefined for any other. oidc-provider's own router also accepts other
 * spellings.
 */
export const createMethodsOf = (
  paths: readonly Path[],
): ((path: string) => readonly string[] | undefined) => {
  const byPath = Map.groupBy(paths, ({ path }) => path);
  const routes = [...byPath].map(([path, rows]) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[\\w-]+')}$`),
    methods: rows.map(({ method }) => method),
  }));
  return (path) => routes.find(({ pattern }) => pattern.test(path))?.methods;
};
