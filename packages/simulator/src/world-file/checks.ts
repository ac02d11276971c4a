import { structure, type World } from './schema.ts';

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

const repeated = (name: string, list: readonly { readonly id: string }[]): Contradiction[] =>
  list.flatMap(({ id }, index) =>
    list.findIndex((other) => other.id === id) === index
      ? []
      : [{ path: [name, index, 'id'], message: `"${id}" is already defined` }],
  );

/** Checks across entries: unknown references and duplicate ids. */
const crossChecks = ({ users, mvpds, serviceProviders, apps }: World): Contradiction[] => {
  const found: Contradiction[] = [
    ...repeated('users', users),
    ...repeated('mvpds', mvpds),
    ...repeated('serviceProviders', serviceProviders),
    ...repeated('apps', apps),
  ];
  const unknown = (path: (string | number)[], kind: string, name: string): void => {
    found.push({ path, message: `there is no ${kind} "${name}"` });
  };
  const isMvpd = (name: string): boolean => mvpds.some(({ id }) => id === name);

  users.forEach(({ subscriptions }, user) => {
    subscriptions.forEach(({ mvpd }, index) => {
      const path = ['users', user, 'subscriptions', index, 'mvpd'];
      const known = mvpds.find(({ id }) => id === mvpd);
      if (!known) unknown(path, 'MVPD', mvpd);
      if (known?.isTempPass)
        found.push({ path, message: `"${mvpd}" is a TempPass, which has no subscribers` });
    });
  });
  mvpds.forEach(({ isTempPass, isPromotional, temporary }, index) => {
    for (const [name, value] of Object.entries({ isPromotional, temporary }))
      if (value && !isTempPass)
        found.push({ path: ['mvpds', index, name], message: 'only valid for a TempPass' });
  });
  serviceProviders.forEach((serviceProvider, index) => {
    for (const member of ['mvpds', 'authPerAggregator'] as const)
      serviceProvider[member]?.forEach((mvpd, at) => {
        if (!isMvpd(mvpd)) unknown(['serviceProviders', index, member, at], 'MVPD', mvpd);
      });
  });
  apps.forEach((app, index) => {
    app.serviceProviders.forEach((name, at) => {
      if (!serviceProviders.some(({ id }) => id === name))
        unknown(['apps', index, 'serviceProviders', at], 'service provider', name);
    });
  });
  return found;
};

export const worldSchema = structure.superRefine((world, ctx) => {
  for (const { path, message } of crossChecks(world)) ctx.addIssue({ code: 'custom', path, message });
});
