import { expect, test } from 'vitest';
import { checkSettings } from '#src/config/check';
import { faultText } from '#src/config/faults/fault';
import type { ConfigInput } from '#src/config/schema';

const input = {
  publicOrigin: 'https://sso.ref.example',
  identityProviders: [{ id: 'google', kind: 'google', label: 'Google', clientId: 'g', clientSecret: 's' }],
  families: [
    { id: 'ref', identityProviders: ['google'], serviceToken: { issuer: 'https://sso.ref.example' } },
  ],
  apps: [{ id: 'tv', name: 'TV', family: 'ref', serviceProviders: ['REF30'], softwareStatement: 's1' }],
} satisfies ConfigInput;

const [google] = input.identityProviders;
const [app] = input.apps;
const dtc = { id: 'google', kind: 'oidc', label: 'DTC', issuer: 'https://dtc.example', clientId: 'k' };
const withUris = (...redirectUris: string[]) => ({ apps: [{ ...app, redirectUris }] });

const faultsWith = (changes: object): string[] =>
  checkSettings({ ...input, ...changes }).faults.map(faultText);
const warningsWith = (changes: object): string[] =>
  checkSettings({ ...input, ...changes }).warnings.map(faultText);

test('settings without faults and warnings', () => {
  expect([faultsWith({}), warningsWith({})]).toEqual([[], []]);
});

test.each<[string, object, string[]]>([
  [
    'an MVPD that takes two formats, and a channel with two titles',
    {
      resources: {
        mvpds: [
          { id: 'Dish', channels: ['EXN', 'NEWS'].map((title) => ({ channel: 'news', title })) },
          { id: 'Dish', format: 'mrss' },
        ],
      },
    },
    [
      'resources.mvpds[1].id  "Dish" is used twice',
      'resources.mvpds[0].channels[1].channel  "news" is used twice',
    ],
  ],
  [
    'a service provider whose domains are listed twice',
    {
      adobe: {
        registeredDomains: {
          serviceProviders: [
            { id: 'REF30', domains: ['ref30.example'] },
            { id: 'REF40', domains: ['ref40.example'] },
            { id: 'REF30', domains: ['other.example'] },
          ],
        },
      },
    },
    ['adobe.registeredDomains.serviceProviders[2].id  "REF30" is used twice'],
  ],
  [
    'wildcards in redirect URIs',
    withUris('https://*.ref.example/in', 'com.example.app:/in'),
    ['apps[0].redirectUris[0]  must be one exact URI: wildcards are not supported'],
  ],
  [
    'a redirect URI without a scheme',
    withUris('app.ref.example/in'),
    [
      'apps[0].redirectUris[0]  must be a URI such as https://app.example.com/signed-in  → write https://app.ref.example/in',
    ],
  ],
  [
    'a fragment',
    withUris('https://app.ref.example/#/in'),
    ['apps[0].redirectUris[0]  must have no fragment  → write https://app.ref.example/'],
  ],
  [
    'a scheme that runs code',
    withUris('javascript:alert(1)'),
    ['apps[0].redirectUris[0]  must not have this scheme'],
  ],
  [
    'plain http on another device',
    withUris('http://app.ref.example/in', 'http://localhost/in'),
    [
      'apps[0].redirectUris[0]  must be https, unless it is on this device  → write https://app.ref.example/in',
    ],
  ],
  [
    'https on this device',
    withUris('com.example.app:/in', 'https://localhost/in'),
    ['apps[0].redirectUris[1]  must be http on this device  → write http://localhost/in'],
  ],
  [
    'a sign-out that returns to nowhere',
    { apps: [{ ...app, postLogoutRedirectUris: ['/bye'] }] },
    ['apps[0].postLogoutRedirectUris[0]  must be a URI such as https://app.example.com/signed-in'],
  ],
  [
    'a public origin with a path',
    { publicOrigin: 'https://www.ref.example/tv/' },
    [
      'publicOrigin  must have no path, query, fragment or user: apps put the paths of REST API V2 after it, which begin at the root of the host  → write https://www.ref.example',
    ],
  ],
  [
    'environments',
    {
      adobe: {
        environments: [
          { id: 'lab' },
          { id: 'staging', publicHost: 'tv.ref.example' },
          { id: 'staging', origin: 'http://staging.example', publicHost: 'tv.ref.example' },
          { id: 'again', origin: 'https://sp.auth.adobe.com', publicHost: 'sso.ref.example' },
          { id: 'default', origin: 'https://other.example' },
        ],
      },
      apps: [
        { ...app, environment: 'production' },
        { ...app, id: 'tv2', environment: 'prequel-staging' },
        { ...app, id: 'tv3', environment: 'prequal-staging' },
      ],
    },
    [
      'adobe.environments[4].id  must not be default, which is the environment of adobe.origin',
      'adobe.environments[0].origin  is missing: only production, staging, prequal-production, prequal-staging have a known one',
      'apps[1].environment  environment "prequel-staging" does not exist  → write prequal-staging',
      'adobe.environments[2].id  "staging" is used twice',
      'adobe.environments[3].origin  has the origin of "default": leave the environment out',
      'apps[0].environment  has the origin of "default": leave the environment out',
      'adobe.environments[2].publicHost  "tv.ref.example" is used twice',
      'adobe.environments[3].publicHost  must not be that of publicOrigin, which is for the default environment',
      'adobe.environments[2].origin  must be https (for development, insecureHttp: true allows plain http)  → write https://staging.example',
    ],
  ],
  [
    'a first page that leads to itself',
    { home: { redirect: `${input.publicOrigin}/?from=home` } },
    ['home.redirect  must not be the first page itself (publicOrigin)'],
  ],
  [
    'a first page that leads to plain http',
    { home: { redirect: 'http://www.ref.example/tv' } },
    [
      'home.redirect  must be https (for development, insecureHttp: true allows plain http)  → write https://www.ref.example/tv',
    ],
  ],
  [
    'a client without its secret',
    { identityProviders: [dtc] },
    [
      'identityProviders[0].clientSecret  is missing: client_secret_basic needs one; a client without has clientAuthentication: none',
    ],
  ],
  [
    'Google without a secret',
    { identityProviders: [{ ...google, clientSecret: undefined }] },
    ['identityProviders[0].clientSecret  is missing: Google requires one'],
  ],
  [
    'an empty secret, once',
    { identityProviders: [{ ...dtc, clientSecret: '' }] },
    ['identityProviders[0].clientSecret  must not be empty'],
  ],
  [
    'scopes without openid',
    { identityProviders: [{ ...google, scopes: ['email'] }] },
    ['identityProviders[0].scopes  must include openid'],
  ],
  [
    'two listeners at one address',
    { public: { port: 8081 } },
    ['admin.port  is missing, and its default must not be that of public.port'],
  ],
  [
    'two listeners at two names of this machine',
    { public: { host: 'localhost', port: 8081 } },
    ['admin.port  is missing, and its default must not be that of public.port'],
  ],
  [
    'a store in memory, in production',
    { production: true, store: { kind: 'memory' } },
    ['store.kind  memory is not allowed in production  → write sqlite'],
  ],
  [
    'CORS for everybody',
    { apps: [{ ...app, corsOrigins: ['*'] }] },
    ['apps[0].corsOrigins[0]  must name one origin: wildcards such as * are not supported'],
  ],
  [
    'one statement in two apps, in production',
    { production: true, apps: [app, { ...app, id: 'tv2' }] },
    ['apps[1].softwareStatement  must not be that of apps[0]: each app has its own'],
  ],
  [
    "one statement among another app's, in production",
    { production: true, apps: [app, { ...app, id: 'tv2', softwareStatement: ['s2', 's1'] }] },
    ['apps[1].softwareStatement  must not be that of apps[0]: each app has its own'],
  ],
  [
    "an app's statement for operators, in production",
    { production: true, adobe: { tempPassReset: { softwareStatement: 's1' } } },
    ['adobe.tempPassReset.softwareStatement  must not be that of apps[0]: it has a scope of its own'],
  ],
  [
    'a list without statements',
    { apps: [{ ...app, softwareStatement: [] }] },
    ['apps[0].softwareStatement  must not be empty'],
  ],
  [
    'an empty statement in a list',
    { apps: [{ ...app, softwareStatement: ['s1', ''] }] },
    ['apps[0].softwareStatement[1]  must not be empty'],
  ],
])('%s', (_what, changes, faults) => expect(faultsWith(changes)).toEqual(faults));

const plain = 'http://plain.example';
const webhookSecret = 'a-secret-of-the-webhook-and-of-nothing-else';
const facebook = { ...google, kind: 'facebook' };
const kms = { region: 'eu-central-1', accessKeyId: 'a', secretAccessKey: 'b' };

const origin = 'https://kms.example';

test.each<[string, object, string]>([
  [
    'a token of the admin listener',
    { admin: { tokens: [{ id: 'a', token: webhookSecret, roles: ['read'] }] } },
    'admin.tokens[0]',
  ],
  [
    'a token of a media server',
    { mediaTokens: { servers: [{ id: 'a', token: webhookSecret }] } },
    'mediaTokens.servers[0]',
  ],
  ['the passphrase of the keys', { keys: { passphrase: webhookSecret } }, 'keys.passphrase'],
])('the key of the webhook is not %s', (_, changes, name) => {
  const webhook = { url: 'https://rights.ref.example', key: { secret: webhookSecret } };
  expect(faultsWith({ decisions: { webhook } })).toEqual([]);
  expect(faultsWith({ ...changes, decisions: { webhook } })).toContain(
    `decisions.webhook.key.secret  must not be that of ${name}`,
  );
});

test.each<[string, object, string[]]>([
  ['keys in the store without a master key', { in: 'store' }, ['masterKey  is missing']],
  ['a master key that is too short', { in: 'store', masterKey: 'short' }, ['masterKey  must be 32 bytes']],
  [
    'half of the credentials',
    { kms: { ...kms, origin, accessKeyId: undefined } },
    ['kms.accessKeyId  is missing'],
  ],
  [
    'two sources of credentials',
    { kms: { ...kms, origin, credentials: 'platform' } },
    ['kms.accessKeyId  must not be set', 'kms.secretAccessKey  must not be set'],
  ],
])('%s', (_, keys, faults) =>
  expect(faultsWith({ keys })).toEqual(faults.map((fault) => expect.stringContaining(`keys.${fault}`))),
);

test.each<[string, object]>([
  ['publicOrigin', { publicOrigin: plain }],
  ['home.redirect', { home: { redirect: plain } }],
  ['adobe.origin', { adobe: { origin: plain } }],
  ['decisions.webhook.url', { decisions: { webhook: { url: plain, key: { secret: webhookSecret } } } }],
  ['keys.kms.origin', { keys: { kms: { ...kms, origin: plain } } }],
  ['identityProviders[0].issuer', { identityProviders: [{ ...dtc, clientSecret: 's', issuer: plain }] }],
  ['identityProviders[0].webOrigin', { identityProviders: [{ ...facebook, webOrigin: plain }] }],
  ['identityProviders[0].graphOrigin', { identityProviders: [{ ...facebook, graphOrigin: plain }] }],
])('%s must be https', (path, changes) => {
  const fault = `${path}  must be https (for development, insecureHttp: true allows plain http)  → write https://plain.example`;
  expect(faultsWith(changes)).toEqual([fault]);
  expect(faultsWith({ ...changes, insecureHttp: true })).toEqual([]);
});

test.each([
  'change-me',
  'ChangeMe',
  'replace_me',
  'your-client-secret',
  '<secret>',
  'TODO',
  'xxxx',
  'set KINPASS_IDENTITY_PROVIDERS_DTC_CLIENT_SECRET_FILE',
  "the software statement from Adobe's TVE Dashboard",
])('production refuses the placeholder %j', (secret) => {
  const identityProviders = [{ ...google, clientSecret: secret }];
  expect(faultsWith({ production: true, identityProviders })).toEqual([
    "identityProviders[0].clientSecret  is a placeholder: give the real value (the gateway's secret at the provider)",
  ]);
  expect(faultsWith({ identityProviders })).toEqual([]);
});

test.each(['https://sso.example.com', 'https://example.org'])(
  'production refuses the example host of %s',
  (publicOrigin) => {
    expect(faultsWith({ production: true, publicOrigin })).toEqual([
      'publicOrigin  is a placeholder: give the real value (origin at which apps and browsers reach the gateway; also its issuer)',
    ]);
  },
);

test.each<[string, object, string]>([
  [
    'identityProviders[0].clientId',
    { identityProviders: [{ ...google, clientId: '1234.apps.googleusercontent.com' }] },
    "the gateway's client id at the provider",
  ],
  [
    'identityProviders[0].issuer',
    { identityProviders: [{ ...dtc, clientSecret: 's', issuer: 'https://accounts.example.com' }] },
    'iss of its ID Tokens, exact match; its metadata is found below it',
  ],
  [
    'families[0].serviceToken.issuer',
    { families: [{ ...input.families[0], serviceToken: { issuer: 'https://sso.example.com' } }] },
    'iss, exactly as agreed with Adobe',
  ],
  [
    'apps[0].softwareStatement',
    { apps: [{ ...app, softwareStatement: 'change-me' }] },
    "Adobe's software statement of this registered application; a list where several versions of the app are in use, the newest first",
  ],
  [
    'apps[0].redirectUris[0]',
    withUris('https://app.example.com/in'),
    'where sign-in on a phone or the web may return to; empty for TVs',
  ],
  [
    'families[0].brand.links.help.en',
    { families: [{ ...input.families[0], brand: { links: { help: { en: 'https://example.com' } } } }] },
    'help for viewers',
  ],
])('the placeholder of %s: what belongs there', (path, changes, description) => {
  expect(faultsWith({ production: true, ...changes })).toEqual([
    `${path}  is a placeholder: give the real value (${description})`,
  ]);
});

test.each(['https://example.community', 'https://sso.notexample.com', 'https://sso.ref.example'])(
  'production takes %s',
  (publicOrigin) => expect(faultsWith({ production: true, publicOrigin })).toEqual([]),
);

test.each<[string, object, string[]]>([
  ['plain http', { insecureHttp: true }, ['insecureHttp  plain http is allowed: for development only']],
  [
    'a provider in no family',
    { identityProviders: [google, { ...google, id: 'other' }] },
    ['identityProviders[1].id  no family has this identity provider'],
  ],
  [
    'a family without apps',
    { families: [...input.families, { ...input.families[0], id: 'other' }] },
    ['families[1].id  no app belongs to this family'],
  ],
  [
    'a secret that nothing uses',
    { identityProviders: [{ ...dtc, clientAuthentication: 'none', clientSecret: 's' }] },
    ['identityProviders[0].clientSecret  is not used: clientAuthentication is none'],
  ],
  [
    'a shared state on another machine without TLS, in production',
    { production: true, shared: { kind: 'redis', url: 'redis://valkey.ref.example:6379' } },
    ['shared.url  is not encrypted  → write rediss://valkey.ref.example:6379'],
  ],
  [
    'each of its servers without TLS, in production',
    {
      production: true,
      shared: { kind: 'redis', cluster: { nodes: ['redis://[::1]', 'redis://10.1.2.3'] } },
    },
    ['shared.cluster.nodes[1]  is not encrypted  → write rediss://10.1.2.3'],
  ],
])('%s is a warning', (_what, changes, expected) => {
  expect([faultsWith(changes), warningsWith(changes)]).toEqual([[], expected]);
});

test.each<[string, object]>([
  ['with TLS', { production: true, shared: { kind: 'redis', url: 'rediss://valkey.ref.example' } }],
  ['on this machine', { production: true, shared: { kind: 'redis', url: 'redis://127.0.0.1:6379' } }],
  ['during development', { shared: { kind: 'redis', url: 'redis://valkey.ref.example' } }],
])('a shared state %s is no warning', (_what, changes) => {
  expect([faultsWith(changes), warningsWith(changes)]).toEqual([[], []]);
});
