import type { Draft } from './draft.ts';
import type { Path } from './faults/fault.ts';
import type { Config } from './schema.ts';

/** Adobe's own. Source: REST API V2 and DCR, "servers" of the OpenAPI files. */
const adobeOrigins: Readonly<Record<string, string>> = {
  production: 'https://sp.auth.adobe.com',
  staging: 'https://sp.auth-staging.adobe.com',
  'prequal-production': 'https://sp-prequal.auth.adobe.com',
  'prequal-staging': 'https://sp-prequal.auth-staging.adobe.com',
};

export const adobeEnvironments: readonly string[] = Object.keys(adobeOrigins);

/** The one of `adobe.origin`, for apps that name none. */
export const defaultEnvironment = 'default';

/** One deployment of Adobe Pass, with registrations and profiles of its own. */
export interface Environment {
  readonly id: string;
  readonly origin: string;
  /** Of the gateway: browsers that ask there are redirected to this environment. */
  readonly publicHost: string | undefined;
  /** The setting that decides about its origin. */
  readonly setting: Path;
}

type EnvironmentDraft = { readonly [Key in keyof Environment]: Environment[Key] | undefined };

/** Those that are listed, and those of Adobe that apps name; the default one first. Pure. */
export const environmentsIn = ({ adobe, apps = [] }: Draft): readonly EnvironmentDraft[] => {
  const listed = (adobe?.environments ?? []).map((entry, index) => ({
    id: entry?.id,
    origin: entry?.origin ?? adobeOrigins[entry?.id ?? ''],
    publicHost: entry?.publicHost,
    setting: ['adobe', 'environments', index, 'origin'],
  }));
  const known = new Set([defaultEnvironment, ...listed.map(({ id }) => id)]);
  const named = apps.flatMap((app, index) => {
    const id = app?.environment;
    if (id === undefined || known.has(id)) return [];
    known.add(id);
    const setting = ['apps', index, 'environment'];
    return [{ id, origin: adobeOrigins[id], publicHost: undefined, setting }];
  });
  const first = { id: defaultEnvironment, origin: adobe?.origin, setting: ['adobe', 'origin'] };
  return [{ ...first, publicHost: undefined }, ...listed, ...named];
};

/** Of settings that have been checked: each has an id and an origin. */
export const environmentsOf = (config: Pick<Config, 'adobe' | 'apps'>): readonly Environment[] =>
  environmentsIn(config).flatMap(({ id, origin, publicHost, setting = [] }) =>
    id === undefined || origin === undefined ? [] : [{ id, origin, publicHost, setting }],
  );
