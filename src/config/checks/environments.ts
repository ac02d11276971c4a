import type { Draft } from '../draft.ts';
import { adobeEnvironments, defaultEnvironment, environmentsIn } from '../environments.ts';
import type { Finding, Path } from '../faults/fault.ts';
import { nearest } from '../faults/nearest.ts';

/** Each environment has an origin and a public host of its own, and apps name one that there is. */
export const environments = (settings: Draft): Finding[] => [
  ...withoutOrigin(settings),
  ...sharedBy(settings.adobe?.environments?.map((entry) => entry?.id) ?? [], 'id'),
  ...sharedOrigins(settings),
  ...sharedHosts(settings),
];

const withoutOrigin = (settings: Draft): Finding[] => {
  const known = environmentsIn(settings).flatMap(({ id, origin }) => (origin && id ? [id] : []));
  const listed = settings.adobe?.environments?.map((entry) => entry?.id);
  return environmentsIn(settings).flatMap(({ id, origin, setting = [] }): Finding[] => {
    if (id === undefined || id === defaultEnvironment || origin !== undefined) return [];
    if (listed?.includes(id))
      return [
        { path: setting, message: `is missing: only ${adobeEnvironments.join(', ')} have a known one` },
      ];
    const write = nearest(id, [...adobeEnvironments, ...known]);
    return [{ path: setting, message: `environment "${id}" does not exist`, write }];
  });
};

/** Two clients of one host would together exceed its rate limit, and credentials of one would be unknown to the other. */
const sharedOrigins = (settings: Draft): Finding[] => {
  const first = new Map<string, string>();
  return environmentsIn(settings).flatMap(({ id = '', origin, setting = [] }): Finding[] => {
    const other = origin === undefined ? undefined : first.get(origin);
    if (origin !== undefined && other === undefined) first.set(origin, id);
    if (other === undefined) return [];
    const cure = other === defaultEnvironment ? 'leave the environment out' : `use "${other}"`;
    return [{ path: setting, message: `has the origin of "${other}": ${cure}` }];
  });
};

const sharedHosts = ({ adobe, publicOrigin }: Draft): Finding[] => {
  const own = URL.parse(publicOrigin ?? '')?.hostname;
  const hosts = adobe?.environments?.map((entry) => entry?.publicHost) ?? [];
  return [
    ...sharedBy(hosts, 'publicHost'),
    ...hosts.flatMap((host, index) =>
      host === undefined || host !== own
        ? []
        : [
            {
              path: at(index, 'publicHost'),
              message: 'must not be that of publicOrigin, which is for the default environment',
            },
          ],
    ),
  ];
};

const sharedBy = (values: readonly (string | undefined)[], key: string): Finding[] =>
  values.flatMap((value, index) =>
    value === undefined || values.indexOf(value) === index
      ? []
      : [{ path: at(index, key), message: `"${value}" is used twice` }],
  );

const at = (index: number, key: string): Path => ['adobe', 'environments', index, key];
