import type { Faults } from '#src/faults';
import type { Fixtures, Mvpd } from '#src/fixtures';
import { fail } from '#src/lib/errors';

export interface OutageControl {
  /** Login pages and authorization of the MVPD answer 503. Errors: gateway_parameter_invalid. */
  startOutage(mvpd: string): void;
  endOutage(mvpd: string): void;
  /** Ids of MVPDs that are out. */
  outages(): string[];
}

const nameOf = (mvpd: string): string => `outage of ${mvpd}`;

/** Where its browsers and Adobe's questions go; a proxied MVPD's logins go to its proxy. */
const pathsOf = ({ id, authentication }: Mvpd): string[] => {
  const proxy = authentication?.protocol === 'saml' ? authentication.proxy?.id : undefined;
  return [`/${id}/*`, ...(proxy === undefined ? [] : [`/${proxy}/*`])];
};

const page = '<!doctype html><title>503</title><h1>Service Unavailable</h1>';

export const createOutageControl = (
  faults: Pick<Faults, 'add' | 'list' | 'remove'>,
  { mvpds }: Pick<Fixtures, 'mvpds'>,
): OutageControl => ({
  startOutage: (name) => {
    const mvpd = mvpds.find(({ id }) => id === name);
    if (!mvpd)
      throw fail('gateway_parameter_invalid', { field: 'mvpd', hint: `There is no MVPD "${name}".` });
    faults.remove(nameOf(name));
    for (const path of pathsOf(mvpd))
      faults.add({
        name: nameOf(name),
        match: { party: 'mvpd', path },
        fault: { kind: 'status', status: 503, body: page, headers: { 'content-type': 'text/html' } },
      });
  },
  endOutage: (name) => {
    faults.remove(nameOf(name));
  },
  outages: () => {
    const names = new Set(faults.list().map((order) => order.name));
    return mvpds.map(({ id }) => id).filter((id) => names.has(nameOf(id)));
  },
});
