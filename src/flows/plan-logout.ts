import { type FoundProfile, profileKey } from '#src/families/found-profiles';

/** What ends: one MVPD in the family, this app on this device, every MVPD in the family, or the viewer's sign-in as well. */
export type LogoutScope = 'mvpd' | 'app' | 'family' | 'identity';

export interface LogoutLine {
  readonly key: string;
  readonly serviceProvider: string;
  readonly mvpd: string;
  readonly app: string;
  readonly isOwnDevice: boolean;
  /** As it was found; `unknown` if it was not found through the gateway. */
  readonly profile: string;
  /** Whether Adobe is called for it, or it ends with the call of this app. */
  readonly isCalled: boolean;
  /** Whether Adobe documents that it ends so, or that is expected. */
  readonly basis: 'documented' | 'expected';
  /** Of another device: what a call in its name takes. */
  readonly noted: FoundProfile | undefined;
}

interface Question {
  readonly scope: LogoutScope;
  readonly mvpd: string | undefined;
  readonly serviceProvider: string;
  readonly app: string;
  readonly instance: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const shared = 'serviceTokenSSO';

/**
 * Which profiles of a viewer go with a logout, and how. What an earlier logout has ended is not in it, so that the plan of a logout
 * that failed in part is what is left of it. Pure. Source: REST API V2, Logout; Single sign-on with a service token.
 */
export const planLogout = (noted: readonly FoundProfile[], question: Question): readonly LogoutLine[] => {
  const { scope, mvpd, instance, now } = question;
  const open = noted.filter(
    (one) =>
      !one.ended &&
      one.notAfter > now &&
      (scope !== 'app' || one.instance === instance) &&
      (mvpd === undefined || one.mvpd === mvpd),
  );
  const lines = open.map((one) => lineOf(one, question));
  return [...lines, ...missingCalls(noted, lines, question)].sort(
    (a, b) => Number(b.isOwnDevice) - Number(a.isOwnDevice),
  );
};

const lineOf = (one: FoundProfile, { scope, instance }: Question): LogoutLine => {
  const isOwnDevice = one.instance === instance;
  const isShared = one.type === shared;
  // Alone, this app leaves the shared profile to the others, and ends its own part by ending the sign-in.
  const isDocumented = scope !== 'app' && (isOwnDevice || isShared);
  return {
    key: profileKey(one),
    serviceProvider: one.serviceProvider,
    mvpd: one.mvpd,
    app: one.app,
    isOwnDevice,
    profile: one.type,
    isCalled: !isShared,
    basis: isDocumented ? 'documented' : 'expected',
    noted: one,
  };
};

/** A shared profile ends with a call that has the service token: one is made here where the lines have none. */
const missingCalls = (
  noted: readonly FoundProfile[],
  lines: readonly LogoutLine[],
  { scope, mvpd, serviceProvider, app, instance }: Question,
): readonly LogoutLine[] => {
  if (scope === 'app') return [];
  const isCalledHere = (id: string) =>
    lines.some((one) => one.mvpd === id && one.isOwnDevice && one.isCalled);
  const needed = new Set(lines.filter(({ isCalled }) => !isCalled).map((one) => one.mvpd));
  if (mvpd !== undefined && !noted.some((one) => one.mvpd === mvpd)) needed.add(mvpd);
  return [...needed]
    .filter((id) => !isCalledHere(id))
    .map((id) => ({
      key: profileKey({ instance, serviceProvider, mvpd: id }),
      serviceProvider,
      mvpd: id,
      app,
      isOwnDevice: true,
      profile: 'unknown',
      isCalled: true,
      basis: 'documented',
      noted: undefined,
    }));
};
