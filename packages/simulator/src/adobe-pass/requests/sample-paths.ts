/** Paths that some samples misspell, with their documented form. */
const corrections: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/v2\/sessions\/([^/]+)\/([^/]+)$/, '/api/v2/$1/sessions/$2'],
  [/^\/api\/v2\/logout\/([^/]+)\/([^/]+)$/, '/api/v2/$1/logout/$2'],
  [/^\/api\/v2\/([^/]+)\/decision\/(preauthorize|authorize)\/([^/]+)$/, '/api/v2/$1/decisions/$2/$3'],
  [/^(\/api\/v2\/.*[^/])\/$/, '$1'],
];

/** Corrects a misspelt path of the samples; returns any other path unchanged. */
export const documentedPath = (path: string): string => {
  const found = corrections.find(([sample]) => sample.test(path));
  return found ? path.replace(...found) : path;
};
