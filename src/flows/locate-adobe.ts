import { environmentOf } from '#src/adobe-pass/environment';
import type { Environment } from '#src/config/environments';
import type { CodeKey, Codes } from '#src/families/codes';
import { authenticate } from '#src/rest-v2/endpoints';

interface Deps {
  /** The default one first. */
  readonly environments: readonly Pick<Environment, 'id' | 'origin' | 'publicHost'>[];
  readonly codes: Pick<Codes, 'credentialsOf'>;
}

/** The origin of Adobe Pass to which a browser is redirected, which asked for the gateway by this host name. */
export interface LocateAdobe {
  byHost(host: string): string;
  /** The environment that the code is of; that of the host for a code that is not known. */
  byCode(key: CodeKey, host: string): Promise<string>;
  /** Where a browser logs in with a code. Source: REST API V2, "Perform authentication in user agent". */
  authenticateUrl(key: CodeKey): Promise<string>;
}

export const createLocateAdobe = ({ environments, codes }: Deps): LocateAdobe => {
  const origins = new Map(environments.map(({ id, origin }) => [id, origin]));
  const hosts = new Map(environments.map(({ publicHost, origin }) => [publicHost, origin]));
  const byHost = (host: string): string => hosts.get(host) ?? environments[0]?.origin ?? '';
  const byCode = async (key: CodeKey, host: string): Promise<string> => {
    if (origins.size === 1) return byHost(host);
    const credentials = await codes.credentialsOf(key);
    return (credentials && origins.get(environmentOf(credentials))) ?? byHost(host);
  };
  return {
    byHost,
    byCode,
    authenticateUrl: async (key) => {
      const path = authenticate.path
        .replace('{serviceProvider}', encodeURIComponent(key.serviceProvider))
        .replace('{code}', encodeURIComponent(key.code));
      return `${await byCode(key, '')}${path}`;
    },
  };
};
