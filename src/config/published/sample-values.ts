/**
 * What the sample file shows where there is no default, or a default that few operators want: by the end of the path,
 * the longest one that fits. `[]` stands for the entries of a list, `[kind]` for those of one kind.
 */
const values: Readonly<Record<string, unknown>> = {
  publicOrigin: 'https://sso.example.com',
  'admin.tokens[].id': 'ops',
  'admin.tokens[].token': 'change-me-change-me-change-me-change-me',
  'admin.tokens[].roles': ['read'],
  'mediaTokens.servers[].id': 'origin-1',
  'mediaTokens.servers[].token': 'change-me-as-well-change-me-as-well',
  'adobe.environments[].id': 'staging',
  'environments[].origin': 'https://sp.auth-staging.adobe.com',
  'environments[].publicHost': 'staging.sso.example.com',
  'registeredDomains.serviceProviders[].id': 'NEWS',
  'registeredDomains.serviceProviders[].domains': ['example.com'],
  'store.url': 'postgres://kinpass:change-me@db.example.com:5432/kinpass',
  'store.tls.ca': 'postgres-ca.pem',
  'keys.masterKey': 'change-me-change-me-change-me-change-me-now',
  'keys.kms.origin': 'https://kms.eu-central-1.amazonaws.com',
  'keys.kms.region': 'eu-central-1',
  'shared.url': 'rediss://redis.example.com:6379',
  'shared.ca': 'redis-ca.pem',
  'sentinel.name': 'kinpass',
  'sentinel.nodes': ['rediss://sentinel.example.com:26379'],
  'cluster.nodes': ['rediss://redis-1.example.com:6379'],
  'identityProviders[oidc].id': 'dtc',
  'identityProviders[oidc].label': 'Example account',
  'identityProviders[oidc].issuer': 'https://accounts.example.com',
  'identityProviders[oidc].emailTrust.authoritativeDomains': ['example.com'],
  'identityProviders[google].id': 'google',
  'identityProviders[google].label': 'Google',
  'identityProviders[facebook].id': 'facebook',
  'identityProviders[facebook].label': 'Facebook',
  'identityProviders[facebook].scopes': ['openid', 'email', 'public_profile'],
  'identityProviders[oidc].scopes': ['openid', 'email'],
  'identityProviders[google].scopes': ['openid', 'email'],
  'families[].id': 'example',
  'families[].identityProviders': ['dtc', 'google', 'facebook'],
  'families[].serviceToken.issuer': 'https://sso.example.com',
  'families[].serviceToken.subject.provider': 'dtc',
  'families[].serviceToken.subject.claim': 'sub',
  'apps[].id': 'news-tv',
  'apps[].name': 'Example News for TV',
  'apps[].family': 'example',
  'apps[].serviceProviders': ['NEWS'],
  'apps[].externalServiceToken.issuer': 'https://id.example.com',
  'apps[].externalServiceToken.keys.jwks': 'https://id.example.com/jwks.json',
  'apps[].externalServiceToken.keys.pem': ['id.example.com.pem'],
  'brand.name': 'Example News',
  logo: 'logo.svg',
  'logo.file': 'logo.svg',
  'logo.dark': 'logo-dark.svg',
  favicon: 'favicon.svg',
  stylesheet: 'brand.css',
  'colors.accent': '#2f4fd8',
  'colors.accentText': '#ffffff',
  'colors.background': '#f4f4f6',
  'colors.card': '#ffffff',
  'colors.text': '#1a1a1e',
  'colors.quietText': '#55555f',
  'colors.border': '#7a7a86',
  'dark.accent': '#9fb2ff',
  'dark.accentText': '#000000',
  'dark.background': '#101014',
  'dark.card': '#1c1c22',
  'dark.text': '#f4f4f6',
  'dark.quietText': '#b8b8c2',
  'dark.border': '#8a8a96',
};

/** Optional settings that almost every configuration has: not commented out in the sample. */
const usual = new Set(['publicOrigin', 'clientSecret']);

export const isUsual = (path: string): boolean => [...usual].some((end) => endsWith(path, end));

export const sampleValue = (path: string): unknown => {
  const ends = Object.keys(values).filter((end) => endsWith(path, end));
  const [longest] = ends.sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : values[longest];
};

const endsWith = (path: string, end: string): boolean => path === end || path.endsWith(`.${end}`);
