import { defaultEnvironment } from '#src/config/environments';

const separator = '#';

/**
 * The id under which credentials are kept: it begins with the environment that made them, unless that is the default one, so
 * that they are never used at another.
 */
export const idIn = (environment: string, clientId: string): string =>
  environment === defaultEnvironment && !clientId.includes(separator)
    ? clientId
    : `${environment}${separator}${clientId}`;

/** The environment of credentials, by their id. */
export const environmentOf = (id: string): string => {
  const end = id.indexOf(separator);
  return end === -1 ? defaultEnvironment : id.slice(0, end);
};

/** Adobe's client_id. */
export const clientIdOf = (id: string): string => id.slice(id.indexOf(separator) + 1);
