import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';

/** Plain http shows tokens to everybody on the way; loopback redirect URIs of native apps are judged elsewhere. */
export const insecureOrigins = (settings: Draft): Finding[] =>
  settings.insecureHttp && !settings.production
    ? []
    : urlsOf(settings)
        .filter(([, url]) => url?.startsWith('http:'))
        .map(([path, url = '']) => ({
          path,
          message: settings.production
            ? 'must be https'
            : 'must be https (for development, insecureHttp: true allows plain http)',
          write: /^http:\/\/(localhost|127\.|\[::1\])/.test(url)
            ? undefined
            : url.replace(/^http:/, 'https:'),
        }));

const urlsOf = (settings: Draft): [path: Path, url: string | undefined][] => {
  const { publicOrigin, home, adobe, keys, decisions, apps = [], identityProviders = [] } = settings;
  return [
    [['publicOrigin'], publicOrigin],
    [['home', 'redirect'], home?.redirect],
    [['adobe', 'origin'], adobe?.origin],
    [['adobe', 'tempPassReset', 'origin'], adobe?.tempPassReset?.origin],
    ...(adobe?.environments ?? []).map((entry, index): [Path, string | undefined] => [
      ['adobe', 'environments', index, 'origin'],
      entry?.origin,
    ]),
    [['keys', 'kms', 'origin'], keys?.kms?.origin],
    [['decisions', 'webhook', 'url'], decisions?.webhook?.url],
    ...apps.map((app, index): [Path, string | undefined] => {
      const from = app?.externalServiceToken?.keys;
      const jwks = from && 'jwks' in from ? from.jwks : undefined;
      return [['apps', index, 'externalServiceToken', 'keys', 'jwks'], jwks];
    }),
    ...identityProviders.flatMap((provider, index): [Path, string | undefined][] => {
      const at = (name: string): Path => ['identityProviders', index, name];
      if (provider && 'issuer' in provider) return [[at('issuer'), provider.issuer]];
      if (!provider || !('webOrigin' in provider)) return [];
      return [
        [at('webOrigin'), provider.webOrigin],
        [at('graphOrigin'), provider.graphOrigin],
      ];
    }),
  ];
};
