import { adminAccess } from './checks/admin.ts';
import { coverEverything, parseNetwork } from './networks.ts';
import type { Config } from './schema.ts';

/** Checks across fields: references, duplicates, and what production forbids. Pure. */
export const crossChecks = (config: Config): string[] => [
  ...duplicates(config),
  ...danglingReferences(config),
  ...subjectClaims(config),
  ...insecureOrigins(config),
  ...trustedProxies(config),
  ...adminAccess(config),
  ...productionFaults(config),
];

const duplicates = (config: Config): string[] =>
  (['identityProviders', 'families', 'apps'] as const).flatMap((list) => {
    const seen = new Set<string>();
    return config[list].flatMap(({ id }, index) => {
      if (seen.has(id)) return [`${list}[${index}].id: "${id}" is used twice`];
      seen.add(id);
      return [];
    });
  });

const danglingReferences = (config: Config): string[] => {
  const providers = new Set(config.identityProviders.map(({ id }) => id));
  const families = new Set(config.families.map(({ id }) => id));
  return [
    ...config.families.flatMap((family, index) =>
      family.identityProviders
        .filter((id) => !providers.has(id))
        .map((id) => `families[${index}].identityProviders: identity provider "${id}" does not exist`),
    ),
    ...config.apps
      .map((app, index) => ({ app, index }))
      .filter(({ app }) => !families.has(app.family))
      .map(({ app, index }) => `apps[${index}].family: family "${app.family}" does not exist`),
  ];
};

/** Equal ids of two providers may belong to two people, so a subject takes its claim from one provider. */
const subjectClaims = (config: Config): string[] =>
  config.families.flatMap(({ serviceToken: { subject }, identityProviders }, index) => {
    if (subject.strategy !== 'claim') return [];
    const path = `families[${index}].serviceToken.subject`;
    const [provider = '', ...others] = subject.provider ? [subject.provider] : identityProviders;
    if (others.length > 0) return [`${path}.provider: must be one of ${identityProviders.join(', ')}`];
    if (!identityProviders.includes(provider))
      return [`${path}.provider: "${provider}" is not an identity provider of this family`];
    const kind = config.identityProviders.find(({ id }) => id === provider)?.kind;
    return kind === 'facebook' && subject.claim !== 'sub'
      ? [`${path}.claim: facebook has no id other than sub`]
      : [];
  });

const insecureOrigins = (config: Config): string[] => {
  if (config.insecureHttp) return [];
  const urls: [path: string, url: string][] = [
    ['publicOrigin', config.publicOrigin],
    ['adobe.origin', config.adobe.origin],
    ...config.apps.flatMap(({ externalServiceToken: external }, index): [string, string][] =>
      external && 'jwks' in external.keys
        ? [[`apps[${index}].externalServiceToken.keys.jwks`, external.keys.jwks]]
        : [],
    ),
    ...(config.keys.kms ? [['keys.kms.origin', config.keys.kms.origin] as [string, string]] : []),
    ...config.identityProviders.flatMap((provider, index): [string, string][] =>
      provider.kind === 'facebook'
        ? [
            [`identityProviders[${index}].webOrigin`, provider.webOrigin],
            [`identityProviders[${index}].graphOrigin`, provider.graphOrigin],
          ]
        : [[`identityProviders[${index}].issuer`, provider.issuer]],
    ),
  ];
  return urls
    .filter(([, url]) => !url.startsWith('https:'))
    .map(([path]) => `${path}: must be https (for development, insecureHttp: true allows plain http)`);
};

const trustedProxies = ({ trustedProxies: entries }: Config): string[] => {
  const networks = entries.map(parseNetwork);
  const faults = entries.flatMap((entry, index) =>
    networks[index] || entry === 'loopback'
      ? []
      : [`trustedProxies[${index}]: must be "loopback", an address or a network such as 10.0.0.0/8`],
  );
  const known = networks.filter((network) => network !== undefined);
  const everything = (['ipv4', 'ipv6'] as const).filter((family) => coverEverything(known, family));
  return [
    ...faults,
    ...everything.map(
      (family) => `trustedProxies: must not include every ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`,
    ),
  ];
};

const productionFaults = (config: Config): string[] =>
  config.production
    ? [
        ...(config.insecureHttp ? ['insecureHttp: not allowed in production'] : []),
        ...(config.store.kind === 'memory' ? ['store.kind: memory is not allowed in production'] : []),
      ]
    : [];
