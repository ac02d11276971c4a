import { z } from 'zod';

/**
 * The answers of REST API V2 and of registration as Adobe's response tables describe them: members, types, value
 * formats. Written from the tables alone; strict, so that an answer with a member of its own invention fails.
 */
const epochText = z.string().regex(/^\d{13}$/);
const epoch = z.number().int().min(1e12);
const path = z.string().regex(/^\/api\/v2\/\S+$/);

const enhancedError = z.strictObject({
  action: z.enum(['none', 'configuration', 'application-registration', 'authentication', 'retry']),
  status: z.number().int().min(400).max(599),
  code: z.string().regex(/^[a-z_]+$/),
  message: z.string().min(1),
  details: z.string().optional(),
  helpUrl: z.url(),
  trace: z.string().optional(),
});

const timed = { code: z.string(), notBefore: epochText, notAfter: epochText };
const session = { sessionId: z.string().min(1), serviceProvider: z.string() };

const sessionAnswer = z.union([
  z.strictObject({
    ...session,
    ...timed,
    url: path,
    mvpd: z.string(),
    actionName: z.literal('authenticate'),
    actionType: z.literal('interactive'),
    reasonType: z.enum(['none', 'pfs_fallback', 'configuration_fallback']),
  }),
  z.strictObject({
    ...session,
    ...timed,
    url: path,
    mvpd: z.string().optional(),
    actionName: z.enum(['resume', 'retry']),
    actionType: z.literal('direct'),
    reasonType: z.enum(['none', 'missing_parameters_fallback']),
    missingParameters: z.array(z.enum(['mvpd', 'domainName', 'redirectUrl'])).min(1),
  }),
  z.strictObject({
    ...session,
    url: path,
    mvpd: z.string(),
    actionName: z.literal('authorize'),
    actionType: z.literal('direct'),
    reasonType: z.enum(['authenticated', 'authenticatedSSO', 'temporary', 'degraded']),
  }),
  z.strictObject({
    ...session,
    url: path,
    mvpd: z.string(),
    actionName: z.literal('partner_profile'),
    actionType: z.literal('direct'),
    reasonType: z.literal('none'),
    authenticationRequest: z.strictObject({
      type: z.literal('saml'),
      request: z.base64(),
      attributesNames: z.array(z.string()),
    }),
  }),
]);

const version = z.strictObject({
  major: z.int(),
  minor: z.int(),
  patch: z.int(),
  profile: z.string(),
});
const text = z.string().nullable();

const device = z.strictObject({
  type: z.string(),
  model: text,
  version,
  applicationId: text,
  hardware: z.strictObject({ name: text, vendor: text, version, manufacturer: text }),
  operatingSystem: z.strictObject({ name: text, family: text, vendor: text, version }),
  browser: z.strictObject({ name: text, vendor: text, version, userAgent: text, originalUserAgent: text }),
  display: z.strictObject({
    width: z.number(),
    height: z.number(),
    ppi: z.number(),
    name: text,
    vendor: text,
    version: version.nullable(),
    diagonalSize: z.number().nullable(),
  }),
  connection: z.strictObject({ ipAddress: text, port: text, secure: z.boolean(), type: text }),
});

const statusAnswer = z.strictObject({
  existingParameters: z.strictObject({
    mvpd: z.string().optional(),
    domainName: z.string().optional(),
    redirectUrl: z.url().optional(),
    serviceProvider: z.string(),
  }),
  missingParameters: z.array(z.string()).min(1).optional(),
  device,
  notBefore: epochText,
  notAfter: epochText,
});

const attribute = z.union([
  z.strictObject({
    value: z.union([z.string(), z.number(), z.array(z.string()), z.record(z.string(), z.json())]),
    state: z.literal('plain'),
  }),
  z.strictObject({ value: z.base64(), state: z.literal('enc') }),
]);

const profile = z.strictObject({
  notBefore: epoch,
  notAfter: epoch,
  issuer: z.string(),
  type: z.enum(['regular', 'temporary', 'degraded', 'appleSSO', 'platformSSO', 'serviceTokenSSO']),
  attributes: z.record(z.string(), attribute).and(z.looseObject({ userID: attribute })),
});

const profilesAnswer = z.strictObject({ profiles: z.record(z.string(), profile) });

const decided = {
  resource: z.string(),
  serviceProvider: z.string(),
  mvpd: z.string(),
  source: z.enum(['mvpd', 'degradation', 'temppass', 'dummy']),
};
const denied = { authorized: z.literal(false), error: enhancedError };

const preauthorizeAnswer = z.strictObject({
  decisions: z.array(
    z.union([
      z.strictObject({ ...decided, authorized: z.literal(true) }),
      z.strictObject({ ...decided, ...denied }),
    ]),
  ),
});

const between = { notBefore: epoch.optional(), notAfter: epoch.optional() };

const authorizeAnswer = z.strictObject({
  decisions: z.array(
    z.union([
      z.strictObject({
        ...decided,
        ...between,
        authorized: z.literal(true),
        token: z.strictObject({ notBefore: epoch, notAfter: epoch, serializedToken: z.base64() }),
      }),
      z.strictObject({ ...decided, ...between, ...denied }),
    ]),
  ),
});

const logout = { mvpd: z.string() };

const logoutAnswer = z.strictObject({
  logouts: z.record(
    z.string(),
    z.union([
      z.strictObject({
        ...logout,
        actionName: z.literal('logout'),
        actionType: z.literal('interactive'),
        url: z.union([z.url(), z.string().regex(/^\/adobe-services\/logout\?/)]),
      }),
      z.strictObject({
        ...logout,
        actionName: z.enum(['complete', 'invalid']),
        actionType: z.literal('none'),
      }),
      z.strictObject({
        ...logout,
        actionName: z.literal('partner_logout'),
        actionType: z.literal('partner_interactive'),
      }),
    ]),
  ),
});

const yes = z.literal(true).optional();

const configurationAnswer = z.strictObject({
  device: z.string(),
  clientType: z.string(),
  os: z.string(),
  requestor: z.strictObject({
    id: z.string(),
    name: z.string(),
    domains: z.array(z.strictObject({ name: z.string(), mvpdInitiated: z.boolean() })),
    mvpds: z.array(
      z.strictObject({
        id: z.string(),
        displayName: z.string(),
        logoUrl: z.url(),
        isTempPass: yes,
        isProxy: yes,
        authPerAggregator: yes,
        enablePlatformServices: yes,
        displayInPlatformPicker: yes,
        enforcePlatformPermissions: yes,
        boardingStatus: z.enum(['SUPPORTED', 'PICKER']).optional(),
        platformMappingId: z.string().optional(),
      }),
    ),
  }),
});

export const registrationAnswer = z.strictObject({
  client_id: z.string(),
  client_secret: z.string(),
  client_id_issued_at: z.int().max(1e11).describe('Seconds'),
  redirect_uris: z.array(z.string()).min(1),
  grant_types: z.tuple([z.literal('client_credentials')]),
  scopes: z.tuple([z.literal('api:client:v2')]),
});

export const tokenAnswer = z.strictObject({
  id: z.string(),
  access_token: z.string().min(1),
  created_at: epoch,
  expires_in: z.int().positive(),
  token_type: z.literal('bearer'),
});

export const registrationError = z.strictObject({
  error: z.enum([
    'invalid_request',
    'invalid_redirect_uri',
    'invalid_software_statement',
    'unapproved_software_statement',
    'invalid_client',
    'unauthorized_client',
    'unsupported_grant_type',
  ]),
});

const byPath: readonly (readonly [RegExp, z.ZodType])[] = [
  [/\/configuration$/, configurationAnswer],
  [/\/sessions(\/sso\/\w+)?$/, sessionAnswer],
  [/\/profiles(\/\w+){0,2}$/, profilesAnswer],
  [/\/decisions\/preauthorize\/\w+$/, preauthorizeAnswer],
  [/\/decisions\/authorize\/\w+$/, authorizeAnswer],
  [/\/logout\/\w+$/, logoutAnswer],
];

/** The documented form of what `method path` answers with `status`. */
export const answerTo = (method: string, path: string, status: number): z.ZodType => {
  if (status >= 400) return enhancedError;
  const { pathname } = new URL(path, 'http://adobe');
  if (/\/sessions\/\w+$/.test(pathname)) return method === 'GET' ? statusAnswer : sessionAnswer;
  const found = byPath.find(([form]) => form.test(pathname));
  if (!found) throw new Error(`no table for ${path}`);
  return found[1];
};
