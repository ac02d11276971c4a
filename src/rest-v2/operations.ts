/**
 * REST API V2 as data: one row for each operation. Routes, calls to Adobe, OpenAPI and the answer 405 follow from it.
 * This folder owns paths, listed headers and shapes. It must not know how anything is sent, stored or decided; it
 * refuses I/O.
 */
import type { ZodObject } from 'zod';
import { configuration, decisions, logouts, profiles, session, sessionStatus } from './answers.ts';
import type { Operation } from './operation.ts';
import {
  configurationQuery,
  logoutQuery,
  partnerForm,
  partnerProfileForm,
  resourcesBody,
  sessionForm,
} from './requests.ts';

const formOf = <Shape extends ZodObject>(shape: Shape) =>
  ({ contentType: 'application/x-www-form-urlencoded', shape }) as const;
const resources = { contentType: 'application/json', shape: resourcesBody } as const;

const call = ['accept', 'user-agent', 'authorization', 'x-forwarded-for'] as const;
const device = ['ap-device-identifier', 'x-device-info'] as const;
const visitor = 'ap-visitor-identifier';
const sso = ['ad-service-token', 'adobe-subject-token', 'x-roku-reserved-roku-connect-token'] as const;
const partner = 'ap-partner-framework-status';
const tempPass = 'ap-temppass-identity';

/** In the order in which routes are matched. Source: REST API V2 reference, "Request headers" of each operation. */
export const operations = {
  configuration: {
    name: 'configuration',
    route: 'configuration',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/configuration',
    caller: 'instance',
    headers: [...call, ...device],
    deviceMayBeUnknown: true,
    query: configurationQuery,
    answer: configuration,
    repeatable: 'call',
    summary: 'MVPDs and settings of a service provider',
  },
  createSession: {
    name: 'createSession',
    route: 'sessions.create',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/sessions',
    caller: 'viewer',
    headers: [...call, 'content-type', ...device, ...sso, visitor],
    body: formOf(sessionForm),
    answer: session,
    summary: 'Create an authentication session',
  },
  resumeSession: {
    name: 'resumeSession',
    route: 'sessions.resume',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/sessions/{code}',
    caller: 'code',
    headers: [...call, 'content-type', visitor],
    body: formOf(sessionForm),
    answer: session,
    summary: 'Resume an authentication session with the missing parameters',
  },
  getSession: {
    name: 'getSession',
    route: 'sessions.get',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/sessions/{code}',
    samplePath: '/api/v2/sessions/{serviceProvider}/{code}',
    caller: 'code',
    headers: [...call, visitor],
    answer: sessionStatus,
    repeatable: 'call',
    summary: 'Parameters that an authentication session has and lacks',
  },
  createPartnerSession: {
    name: 'createPartnerSession',
    route: 'sessions.sso',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/sessions/sso/{partner}',
    caller: 'instance',
    headers: [...call, 'content-type', ...device, partner, visitor],
    body: formOf(partnerForm),
    answer: session,
    summary: "Begin single sign-on with a partner's account framework",
  },
  getProfiles: {
    name: 'getProfiles',
    route: 'profiles.all',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/profiles',
    caller: 'viewer',
    headers: [...call, ...device, ...sso, partner, visitor],
    answer: profiles,
    repeatable: 'call',
    summary: 'All profiles that the viewer may use on this device',
  },
  getProfileByCode: {
    name: 'getProfileByCode',
    route: 'profiles.code',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/profiles/code/{code}',
    caller: 'code',
    headers: [...call, tempPass, visitor],
    answer: profiles,
    repeatable: 'call',
    isHeld: true,
    summary:
      'The profile created with a code; Prefer: wait=N waits for it, Accept: text/event-stream streams it',
  },
  getProfile: {
    name: 'getProfile',
    route: 'profiles.mvpd',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/profiles/{mvpd}',
    caller: 'viewer',
    headers: [...call, ...device, ...sso, partner, tempPass, visitor],
    answer: profiles,
    repeatable: 'call',
    isHeld: true,
    summary: 'The profile for one MVPD; Prefer: wait=N waits for it, Accept: text/event-stream streams it',
  },
  createPartnerProfile: {
    name: 'createPartnerProfile',
    route: 'profiles.sso',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/profiles/sso/{partner}',
    caller: 'instance',
    headers: [...call, 'content-type', ...device, partner, visitor],
    body: formOf(partnerProfileForm),
    answer: profiles,
    summary: "Create a profile from the MVPD's response received through a partner's account framework",
  },
  preauthorize: {
    name: 'preauthorize',
    route: 'decisions.preauthorize',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/decisions/preauthorize/{mvpd}',
    caller: 'viewer',
    headers: [...call, 'content-type', ...device, ...sso, partner, visitor],
    openApiHeaders: [tempPass],
    body: resources,
    answer: decisions,
    repeatable: 'resources',
    summary: 'Which resources to show as playable',
  },
  authorize: {
    name: 'authorize',
    route: 'decisions.authorize',
    method: 'POST',
    path: '/api/v2/{serviceProvider}/decisions/authorize/{mvpd}',
    caller: 'viewer',
    headers: [...call, 'content-type', ...device, ...sso, partner, tempPass, visitor],
    body: resources,
    answer: decisions,
    repeatable: 'resources',
    summary: 'Permit playback with a media token, or deny it',
  },
  logOut: {
    name: 'logOut',
    route: 'logout',
    method: 'GET',
    path: '/api/v2/{serviceProvider}/logout/{mvpd}',
    samplePath: '/api/v2/logout/{serviceProvider}/{mvpd}',
    caller: 'viewer',
    headers: [...call, ...device, ...sso, visitor],
    query: logoutQuery,
    answer: logouts,
    hasLogoutUrls: true,
    summary: 'Delete the profile for one MVPD',
  },
} as const satisfies Record<string, Operation>;

export const operationTable: readonly Operation[] = Object.values(operations);
