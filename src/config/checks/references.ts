import type { Draft } from '../draft.ts';
import { environmentsIn } from '../environments.ts';
import type { Finding, Path } from '../faults/fault.ts';
import { nearest } from '../faults/nearest.ts';

/** Ids are unique, and what names another entry names one that is there. */
export const references = (settings: Draft): Finding[] => [
  ...duplicates(settings),
  ...providersOfFamilies(settings),
  ...providersOfTempPasses(settings),
  ...familiesOfApps(settings),
  ...appsOfRules(settings),
  ...environmentsOfRules(settings),
];

const idsOf = (list: readonly ({ readonly id?: string | undefined } | undefined)[] = []): string[] =>
  list.flatMap((entry) => entry?.id ?? []);

const duplicates = (settings: Draft): Finding[] => [
  ...(['identityProviders', 'families', 'apps'] as const).flatMap((list) =>
    usedTwice(settings[list], [list]),
  ),
  ...usedTwice(settings.adobe?.registeredDomains?.serviceProviders, [
    'adobe',
    'registeredDomains',
    'serviceProviders',
  ]),
  ...usedTwice(settings.picker?.mvpds, ['picker', 'mvpds']),
  ...usedTwice(settings.resources?.mvpds, ['resources', 'mvpds']),
  ...channelsUsedTwice(settings),
  ...usedTwice(
    settings.tempPass?.promotional?.map((entry) => ({ id: entry?.mvpd })),
    ['tempPass', 'promotional'],
    'mvpd',
  ),
];

const usedTwice = (
  list: readonly ({ readonly id?: string | undefined } | undefined)[] = [],
  path: Path,
  key = 'id',
): Finding[] => {
  const seen = new Set<string>();
  return list.flatMap((entry, index) => {
    const id = entry?.id;
    if (id === undefined || !seen.has(id)) {
      if (id !== undefined) seen.add(id);
      return [];
    }
    return [{ path: [...path, index, key], message: `"${id}" is used twice` }];
  });
};

/** A channel has one title at an MVPD. */
const channelsUsedTwice = ({ resources }: Draft): Finding[] =>
  (resources?.mvpds ?? []).flatMap((mvpd, index) =>
    usedTwice(
      mvpd?.channels?.map((entry) => ({ id: entry?.channel })),
      ['resources', 'mvpds', index, 'channels'],
      'channel',
    ),
  );

const providersOfFamilies = ({ families = [], identityProviders }: Draft): Finding[] => {
  const known = idsOf(identityProviders);
  return families.flatMap((family, index) =>
    (family?.identityProviders ?? []).flatMap((id, position) =>
      id === undefined || known.includes(id)
        ? []
        : [
            {
              path: ['families', index, 'identityProviders', position],
              message: `identity provider "${id}" does not exist`,
              write: nearest(id, known),
            },
          ],
    ),
  );
};

/** Facebook does not say whether an address is verified, so that a viewer could have one trial after another. */
const providersOfTempPasses = ({ tempPass, identityProviders = [] }: Draft): Finding[] => {
  const known = idsOf(identityProviders);
  return (tempPass?.promotional ?? []).flatMap((promotional, index) =>
    (promotional?.identifier?.from === 'email' ? (promotional.identifier.providers ?? []) : []).flatMap(
      (id, position) => {
        const path = ['tempPass', 'promotional', index, 'identifier', 'providers', position];
        if (id === undefined) return [];
        if (!known.includes(id))
          return [{ path, message: `identity provider "${id}" does not exist`, write: nearest(id, known) }];
        const isFacebook = identityProviders.some((one) => one?.id === id && one.kind === 'facebook');
        return isFacebook ? [{ path, message: `"${id}" does not say whether an address is verified` }] : [];
      },
    ),
  );
};

const familiesOfApps = ({ apps = [], families }: Draft): Finding[] => {
  const known = idsOf(families);
  return apps.flatMap((app, index) =>
    app?.family === undefined || known.includes(app.family)
      ? []
      : [
          {
            path: ['apps', index, 'family'],
            message: `family "${app.family}" does not exist`,
            write: nearest(app.family, known),
          },
        ],
  );
};

/** A rule about something that does not exist would never apply. */
const namesInRules = (
  { picker }: Draft,
  {
    key,
    what,
    known,
  }: { readonly key: 'apps' | 'environments'; readonly what: string; readonly known: string[] },
): Finding[] =>
  (picker?.rules ?? []).flatMap((rule, index) =>
    (rule?.[key] ?? []).flatMap((id, position) =>
      id === undefined || known.includes(id)
        ? []
        : [
            {
              path: ['picker', 'rules', index, key, position],
              message: `${what} "${id}" does not exist`,
              write: nearest(id, known),
            },
          ],
    ),
  );

const appsOfRules = (settings: Draft): Finding[] =>
  namesInRules(settings, { key: 'apps', what: 'app', known: idsOf(settings.apps) });

const environmentsOfRules = (settings: Draft): Finding[] =>
  namesInRules(settings, {
    key: 'environments',
    what: 'environment',
    known: idsOf(environmentsIn(settings)),
  });
