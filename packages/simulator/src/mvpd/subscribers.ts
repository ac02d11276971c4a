import type { Fixtures, HomeConnection, Subscription } from '#src/fixtures';

/** A device's connection to the Internet. */
export interface Connection {
  readonly address: string;
  readonly port: number | null;
}

const matches = ({ address, ports }: HomeConnection, connection: Connection): boolean => {
  if (address !== connection.address) return false;
  if (!ports) return true;
  const [first, last] = ports;
  return connection.port !== null && first <= connection.port && connection.port <= last;
};

/** Looks up subscriptions by credentials, id or home connection. */
export const createSubscribers = ({ users }: Pick<Fixtures, 'users'>) => {
  const of = (mvpd: string): Subscription[] =>
    users.flatMap(({ subscriptions }) => subscriptions).filter((subscription) => subscription.mvpd === mvpd);
  const find = (mvpd: string, fits: (subscription: Subscription) => boolean): Subscription | null =>
    of(mvpd).find(fits) ?? null;

  return {
    of,
    byUsername: (mvpd: string, username: string) => find(mvpd, (one) => one.username === username),
    byUserId: (mvpd: string, userId: string) => find(mvpd, (one) => one.userId === userId),
    byPassword: (mvpd: string, username: string | null, password: string | null) =>
      find(mvpd, (one) => one.username === username && one.password === password),
    /** The subscriber whose home connection it is. */
    atHome: (mvpd: string, connection: Connection) =>
      find(mvpd, ({ home = [] }) => home.some((known) => matches(known, connection))),
  };
};

export type Subscribers = ReturnType<typeof createSubscribers>;
