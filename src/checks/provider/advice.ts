import { type Metadata, textOf } from './metadata.ts';

interface Shape {
  readonly name: string;
  readonly issuer: RegExp;
  readonly authorization?: RegExp;
  readonly token?: RegExp;
}

/** How each product is recognized: by its issuers, or by the paths of its endpoints where it has a domain of its own. */
const products = {
  keycloak: { name: 'Keycloak', issuer: /\/realms\// },
  entra: {
    name: 'Entra ID',
    issuer: /^https:\/\/(login\.microsoftonline\.com|sts\.windows\.net|[^/]+\.ciamlogin\.com)\//,
  },
  okta: {
    name: 'Okta',
    issuer: /^https:\/\/[^/]+\.okta(preview|-emea)?\.com(\/|$)/,
    authorization: /\/oauth2\/(\w+\/)?v1\/authorize$/,
  },
  auth0: {
    name: 'Auth0',
    issuer: /^https:\/\/[^/]+\.auth0\.com(\/|$)/,
    token: /^https:\/\/[^/]+\/oauth\/token$/,
  },
  cognito: {
    name: 'Cognito',
    issuer: /^https:\/\/(cognito-idp\.[^/]+\.amazonaws\.com|[^/]+\.amazoncognito\.com)(\/|$)/,
  },
  apple: { name: 'Apple', issuer: /^https:\/\/appleid\.apple\.com(\/|$)/ },
  google: { name: 'Google', issuer: /^https:\/\/accounts\.google\.com(\/|$)/ },
} as const satisfies Record<string, Shape>;

export type Product = keyof typeof products;

const advice = {
  issuer: {
    keycloak: 'https://host/realms/<realm>, with /auth before /realms up to version 16',
    entra:
      'https://login.microsoftonline.com/<tenant id>/v2.0, with the id of one tenant instead of common, organizations or consumers',
    okta: 'https://<domain>, or https://<domain>/oauth2/<authorization server> such as …/oauth2/default',
    auth0: 'https://<tenant>.<region>.auth0.com/, with the slash at the end',
    cognito: 'https://cognito-idp.<region>.amazonaws.com/<user pool id>, not the domain of the hosted pages',
  },
  client: {
    keycloak: 'Clients → the client → Credentials; "Client authentication" must be on',
    entra:
      'App registrations → Certificates & secrets: the value of the secret, not its id, and look at its expiry',
    okta: 'Applications → the app → Client Credentials, where the method is chosen too',
    auth0: 'Applications → the app → Credentials, where the method is chosen too',
    cognito: 'App client: it has a secret only if it was created with one',
    apple: 'the secret is a JWT that is signed with the key and lives for six months at most',
    google: 'Google Auth Platform → Clients: a client of the type "Web application"',
  },
  redirect: {
    keycloak: 'Valid redirect URIs',
    entra: 'Authentication → Web → Redirect URIs',
    okta: 'Sign-in redirect URIs',
    auth0: 'Allowed Callback URLs',
    cognito: 'Allowed callback URLs',
    apple: 'Services ID → Return URLs',
    google: 'Authorized redirect URIs',
  },
  grant: {
    keycloak: '"Standard flow" must be on',
    okta: 'Grant type "Authorization Code"; the access policy of the authorization server must name the client',
    auth0: 'Advanced Settings → Grant Types → Authorization Code',
    cognito: 'OAuth grant types: Authorization code grant',
    entra: 'register the redirect URI under the platform "Web", not "Single-page application"',
  },
  algorithm: {
    keycloak: 'Clients → Advanced → ID token signature algorithm',
    auth0: 'Advanced Settings → OAuth → JSON Web Token Signature Algorithm: RS256',
    okta: 'Okta signs with RS256',
    entra: 'Entra ID signs with RS256',
    cognito: 'Cognito signs with RS256',
  },
  logout: {
    auth0: 'Settings → Advanced → RP-Initiated Logout End Session Endpoint Discovery',
    cognito: 'it has /logout with parameters of its own, which is not published',
    google: 'it has none',
  },
  email: {
    entra: 'it sends no email_verified, so its addresses link no accounts',
    cognito: 'map email_verified among the attributes of the user pool',
    keycloak: 'the client scope "email" must be assigned',
  },
} as const satisfies Record<string, Partial<Record<Product, string>>>;

export type Topic = keyof typeof advice;

export const productOf = (issuer: string, metadata: Metadata): Product | undefined => {
  const [authorization, token] = ['authorization_endpoint', 'token_endpoint'].map(
    (name) => textOf(metadata, name) ?? '',
  );
  return (Object.keys(products) as Product[]).find((product) => {
    const shape: Shape = products[product];
    return (
      shape.issuer.test(issuer) ||
      (shape.authorization?.test(authorization ?? '') ?? false) ||
      (shape.token?.test(token ?? '') ?? false)
    );
  });
};

/**
 * How a topic is dealt with in a product, as a sentence that follows a cure; empty where there is nothing to say. Of an
 * unknown product only the forms of issuers are told, all of them: with a wrong one nothing else can be seen.
 */
export const adviceFor = (topic: Topic, product: Product | undefined): string => {
  const entries = Object.entries(advice[topic]) as [Product, string][];
  return entries
    .filter(([one]) => (product === undefined ? topic === 'issuer' : one === product))
    .map(([one, text]) => ` ${products[one].name}: ${text}.`)
    .join('');
};
