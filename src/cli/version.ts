import { readFileSync } from 'node:fs';

/** package.json is two folders up, both from the sources and from the build. */
export const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};
