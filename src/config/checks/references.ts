import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';
import { nearest } from '../faults/nearest.ts';

/** Ids are unique, and what names another entry names one that is there. */
export const references = (settings: Draft): Finding[] => [
  ...duplicates(settings),
  ...providersOfFamilies(settings),
  ...familiesOfApps(settings),
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
];

const usedTwice = (
  list: readonly ({ readonly id?: string | undefined } | undefined)[] = [],
  path: Path,
): Finding[] => {
  const seen = new Set<string>();
  return list.flatMap((entry, index) => {
    const id = entry?.id;
    if (id === undefined || !seen.has(id)) {
      if (id !== undefined) seen.add(id);
      return [];
    }
    return [{ path: [...path, index, 'id'], message: `"${id}" is used twice` }];
  });
};

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
