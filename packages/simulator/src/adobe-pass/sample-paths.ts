/** Paths that some samples misspell, and what they mean. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/v2\/sessions\/([^/]+)\/([^/]+)$/, '/api/v2/$1/sessions/$2'],
  [/^\/api\/v2\/logout\/([^/]+)\/([^/]+)$/, '/api/v2/$1/logout/$2'],
  [/^\/api\/v2\/([^/]+)\/decision\/(preauthorize|authorize)\/([^/]+)$/, '/api/v2/$1/decisions/$2/$3'],
  [/^(\/api\/v2\/.*[^/])\/$/, '$1'],
];

/** The documented path for one that a sample shows; any other as it is. */
export const documentedPath = (path: string): string => {
  const found = meanings.find(([sample]) => sample.test(path));
  return found ? path.replace(...found) : path;
};
