/** Where a PostgreSQL database is. A host that starts with a slash is the folder of a socket. */
export interface PostgresPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
}

const defaultPort = 5432;

/** Reads `postgres://user:password@host:5432/database`; undefined if the text is anything else. */
export const readPostgresUrl = (text: string): PostgresPlace | undefined => {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.search || url.hash) return undefined;
  try {
    const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
    const user = decodeURIComponent(url.username);
    const database = decodeURIComponent(url.pathname.slice(1));
    if (host === '' || user === '' || database === '' || database.includes('/')) return undefined;
    const password = url.password === '' ? undefined : decodeURIComponent(url.password);
    return { host, port: Number(url.port) || defaultPort, user, password, database };
  } catch {
    return undefined; // not percent-encoded as it should be
  }
};

/** For messages: without user and password. */
export const describePlace = ({ host, port, database }: PostgresPlace): string =>
  `database "${database}" at ${host.includes(':') ? `[${host}]` : host}:${port}`;
