/** Where a PostgreSQL database is: on one server, or on several of which one is writable. */
export interface PostgresPlace {
  /** At least one. */
  readonly hosts: readonly PostgresHost[];
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
}

export interface PostgresHost {
  /** One that starts with a slash is the folder of a socket. */
  readonly host: string;
  readonly port: number;
}

const defaultPort = 5432;

/** Scheme and user, the hosts, and what follows them. */
const parts = /^([a-z]+:\/\/(?:[^/]*@)?)([^/?#]*)(.*)$/is;

/**
 * Reads `postgres://user:password@host:5432/database`, also with several hosts, separated by commas as in URIs of libpq;
 * undefined if the text is anything else.
 */
export const readPostgresUrl = (text: string): PostgresPlace | undefined => {
  const [, before = '', list = '', after = ''] = parts.exec(text) ?? [];
  const [first, ...others] = list.split(',').map((host) => readOneHost(`${before}${host}${after}`));
  if (!first || others.includes(undefined)) return undefined;
  return { ...first, hosts: [first, ...others].flatMap((place) => place?.hosts ?? []) };
};

const readOneHost = (text: string): PostgresPlace | undefined => {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.search || url.hash) return undefined;
  try {
    const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
    const user = decodeURIComponent(url.username);
    const database = decodeURIComponent(url.pathname.slice(1));
    if (host === '' || user === '' || database === '' || database.includes('/')) return undefined;
    const password = url.password === '' ? undefined : decodeURIComponent(url.password);
    return { hosts: [{ host, port: Number(url.port) || defaultPort }], user, password, database };
  } catch {
    return undefined; // not percent-encoded as it should be
  }
};

const describeHost = ({ host, port }: PostgresHost): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** For messages: without user and password. */
export const describePlace = ({ hosts, database }: PostgresPlace): string =>
  `database "${database}" at ${hosts.map(describeHost).join(', ')}`;
