import type { AdobeState } from '#src/adobe-pass/state';
import type { Control } from '#src/control/control';
import type { Fixtures } from '#src/fixtures';
import type { SignedIn } from '#src/identity/identity-party';
import type { Origins } from '#src/party';
import type { RecordedRequest } from '#src/recording';
import { type ProfileRow, profileRows } from './profiles.ts';

/** A browser's session at an MVPD. */
export interface MvpdSession {
  readonly mvpd: string;
  readonly userId: string;
  readonly ended: boolean;
}

export interface ViewDeps {
  readonly origins: Origins;
  readonly fixtures: Fixtures;
  readonly control: Control;
  readonly adobeState: AdobeState;
  /** By party. */
  readonly identitySessions: () => Promise<Readonly<Record<string, readonly SignedIn[]>>>;
  readonly mvpdSessions: () => readonly MvpdSession[];
}

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  /** Identity providers where a browser is signed in as this user, and until when (ISO 8601). */
  readonly identities: readonly { readonly party: string; readonly until: string }[];
  readonly subscriptions: readonly {
    readonly mvpd: string;
    readonly userId: string;
    readonly username: string;
    readonly password: string;
    readonly resources: readonly string[];
    readonly browsers: number;
  }[];
}

export interface WorldView {
  readonly now: number;
  readonly ahead: number;
  readonly origins: Origins;
  readonly users: readonly UserRow[];
  readonly profiles: readonly ProfileRow[];
  readonly codes: readonly { code: string; serviceProvider: string; mvpd: string | null; until: number }[];
  readonly mvpds: readonly { id: string; name: string; isTempPass: boolean; isDown: boolean }[];
  readonly serviceProviders: readonly string[];
  readonly degradations: ReturnType<Control['degradations']>;
  readonly faults: ReturnType<Control['faults']['list']>;
  readonly running: ReturnType<Control['scenarios']['running']>;
  readonly shipped: readonly { name: string; title: string }[];
  readonly calls: readonly RecordedRequest[];
}

const shownCalls = 40;

const usersOf = async ({ fixtures, identitySessions, mvpdSessions }: ViewDeps): Promise<UserRow[]> => {
  const signedIn = Object.entries(await identitySessions());
  const browsers = mvpdSessions();
  return fixtures.users.map(({ id, name, password, subscriptions }) => ({
    id,
    name,
    password,
    identities: signedIn.flatMap(([party, sessions]) =>
      sessions.filter(({ user }) => user === id).map(({ until }) => ({ party, until })),
    ),
    subscriptions: subscriptions.map(({ mvpd, userId, username, password, resources }) => ({
      mvpd,
      userId,
      username,
      password,
      resources,
      browsers: browsers.filter(
        (session) => session.mvpd === mvpd && session.userId === userId && !session.ended,
      ).length,
    })),
  }));
};

/** Everything that the page shows. */
export const viewWorld = async (deps: ViewDeps): Promise<WorldView> => {
  const { control, fixtures, adobeState, origins } = deps;
  const now = control.now();
  const down = new Set(control.outages());
  return {
    now,
    ahead: control.ahead(),
    origins,
    users: await usersOf(deps),
    profiles: profileRows(adobeState, fixtures, now),
    codes: [...adobeState.sessions.values()]
      .filter(({ status, notAfter }) => status === 'open' && notAfter > now)
      .map(({ code, serviceProvider, mvpd, notAfter }) => ({ code, serviceProvider, mvpd, until: notAfter })),
    mvpds: fixtures.mvpds.map(({ id, displayName, isTempPass = false }) => ({
      id,
      name: displayName,
      isTempPass,
      isDown: down.has(id),
    })),
    serviceProviders: fixtures.serviceProviders.map(({ id }) => id),
    degradations: control.degradations(),
    faults: control.faults.list().filter(({ met, times }) => met !== times),
    running: control.scenarios.running(),
    shipped: await control.scenarios.shipped(),
    calls: control.requests(shownCalls).toReversed(),
  };
};
