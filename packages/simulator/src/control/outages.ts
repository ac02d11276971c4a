import type { Faults } from '#src/faults/faults';
import type { Fixtures, Mvpd } from '#src/fixtures';
import { fail } from '#src/lib/errors';

export interface OutageControl {
  /** The MVPD's login pages and authorization respond with 503. Errors: gateway_parameter_invalid. */
  startOutage(mvpd: string): void;
  endOutage(mvpd: string): void;
  /** Ids of the MVPDs that are down. */
  outages(): string[];
}

const faultNameOf = (mvpd: string): string => `outage of ${mvpd}`;

/** The paths of its logins and of Adobe's authorization requests; the logins of a proxied MVPD go to its proxy. */
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
    faults.remove(faultNameOf(name));
    for (const path of pathsOf(mvpd))
      faults.add({
        name: faultNameOf(name),
        match: { party: 'mvpd', path },
        fault: { kind: 'status', status: 503, body: page, headers: { 'content-type': 'text/html' } },
      });
  },
  endOutage: (name) => {
    faults.remove(faultNameOf(name));
  },
  outages: () => {
    const names = new Set(faults.list().map((fault) => fault.name));
    return mvpds.map(({ id }) => id).filter((id) => names.has(faultNameOf(id)));
  },
});
