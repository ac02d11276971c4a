import { applicationType, isRemoteHttp } from '#src/lib/redirect-uri';
import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';
import { hasTakenScheme, namesNoUser } from '../values.ts';

interface Client {
  readonly native: boolean;
  readonly insecureHttp: boolean;
}

/** What the authorization server would refuse of an app's URIs (RFC 8252 §7, RFC 9700 §2.1 and §2.6), one finding each. */
export const redirectUris = ({ apps = [], insecureHttp = false }: Draft): Finding[] =>
  apps.flatMap((app, index) => {
    const lists = ['redirectUris', 'postLogoutRedirectUris'] as const;
    const all = lists.flatMap((list) => app?.[list] ?? []).filter((uri) => uri !== undefined);
    const client = { native: applicationType(all) === 'native', insecureHttp };
    return lists.flatMap((list) =>
      (app?.[list] ?? []).flatMap((uri, position) => {
        const fault = uri === undefined ? undefined : faultOf(uri, client);
        return fault ? [{ path: ['apps', index, list, position], ...fault }] : [];
      }),
    );
  });

const faultOf = (uri: string, client: Client): Omit<Finding, 'path'> | undefined => {
  if (uri.includes('*')) return { message: 'must be one exact URI: wildcards are not supported' };
  // URL parsers skip them, as browsers do: " java\nscript:" is a scheme that runs code.
  if (/[\s\p{C}\\]/u.test(uri))
    return { message: 'must have no spaces, backslashes or invisible characters' };
  if (!URL.canParse(uri)) {
    const completed = `https://${uri}`;
    const write = /^[\w.-]+\.\w+(\/|$)/.test(uri) && URL.canParse(completed) ? completed : undefined;
    return { message: 'must be a URI such as https://app.example.com/signed-in', write };
  }
  if (!namesNoUser(uri)) return { message: 'must have no user or password' };
  if (uri.includes('#')) return { message: 'must have no fragment', write: uri.replace(/#.*$/, '') };
  if (!/^https?:\/\//i.test(uri) && hasTakenScheme(new URL(uri)))
    return { message: 'must not have this scheme' };
  return transportFault(uri, client);
};

const transportFault = (uri: string, { native, insecureHttp }: Client): Omit<Finding, 'path'> | undefined => {
  if (isRemoteHttp(uri) && (native || !insecureHttp))
    return { message: 'must be https, unless it is on this device', write: uri.replace(/^http:/i, 'https:') };
  if (native && /^https:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|\?|$)/i.test(uri))
    return { message: 'must be http on this device', write: uri.replace(/^https:/i, 'http:') };
  return undefined;
};
