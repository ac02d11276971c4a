/** Every operation of Adobe Pass that the gateway calls, as data: its verb, its path, and the headers it lists. */

export type TableHeader =
  | 'authorization'
  | 'content-type'
  | 'ap-device-identifier'
  | 'x-device-info'
  | 'x-forwarded-for'
  | 'ad-service-token'
  | 'adobe-subject-token'
  | 'x-roku-reserved-roku-connect-token'
  | 'ap-partner-framework-status'
  | 'ap-temppass-identity'
  | 'ap-visitor-identifier'
  | 'accept'
  | 'user-agent';

export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** `{…}` is one path segment. */
  readonly path: string;
  readonly contentType?: string;
  /** What the reference page of the operation lists; everything else stays at home. */
  readonly headers: readonly TableHeader[];
  /** A read without side effects: may be repeated after a transport failure. */
  readonly repeatable?: true;
}

const form = 'application/x-www-form-urlencoded';
const json = 'application/json';

const own = ['accept', 'user-agent'] as const;
const call = [...own, 'authorization', 'x-forwarded-for'] as const;
const device = ['ap-device-identifier', 'x-device-info'] as const;
const visitor = 'ap-visitor-identifier';
const sso = ['ad-service-token', 'adobe-subject-token', 'x-roku-reserved-roku-connect-token'] as const;
const partner = 'ap-partner-framework-status';
const tempPass = 'ap-temppass-identity';

/** Source: Adobe Pass REST API V2 and DCR reference pages, "Request headers" of each operation. */
export const operations = {
  register: {
    name: 'register',
    method: 'POST',
    path: '/o/client/register',
    contentType: json,
    headers: [...own, 'content-type', 'x-device-info'],
  },
  token: {
    name: 'token',
    method: 'POST',
    path: '/o/client/token',
    contentType: form,
    headers: [...own, 'content-type', 'x-device-info'],
  },
  configuration: {
    name: 'configuration',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/configuration',
    headers: [...call, ...device],
    repeatable: true,
  },
  createSession: {
    name: 'createSession',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/sessions',
    contentType: form,
    headers: [...call, 'content-type', ...device, ...sso, visitor],
  },
  resumeSession: {
    name: 'resumeSession',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/sessions/{code}',
    contentType: form,
    headers: [...call, 'content-type', visitor],
  },
  getSession: {
    name: 'getSession',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/sessions/{code}',
    headers: [...call, visitor],
    repeatable: true,
  },
  authenticate: {
    name: 'authenticate',
    method: 'GET',
    path: '/api/v2/authenticate/{serviceProvider}/{code}',
    headers: ['user-agent'],
  },
  getProfiles: {
    name: 'getProfiles',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/profiles',
    headers: [...call, ...device, ...sso, partner, visitor],
    repeatable: true,
  },
  getProfile: {
    name: 'getProfile',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/profiles/{mvpd}',
    headers: [...call, ...device, ...sso, partner, tempPass, visitor],
    repeatable: true,
  },
  getProfileByCode: {
    name: 'getProfileByCode',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/profiles/code/{code}',
    headers: [...call, tempPass, visitor],
    repeatable: true,
  },
  preauthorize: {
    name: 'preauthorize',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/decisions/preauthorize/{mvpd}',
    contentType: json,
    headers: [...call, 'content-type', ...device, ...sso, partner, visitor],
  },
  authorize: {
    name: 'authorize',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/decisions/authorize/{mvpd}',
    contentType: json,
    headers: [...call, 'content-type', ...device, ...sso, partner, tempPass, visitor],
  },
  logOut: {
    name: 'logOut',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/logout/{mvpd}',
    headers: [...call, ...device, ...sso, visitor],
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;
