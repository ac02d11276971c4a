/** The endpoints of Adobe Pass around REST API V2 that need no access token. */
import { clientCredentials, clientToken } from './answers.ts';
import type { Endpoint } from './operation.ts';
import { registrationRequest, tokenRequest } from './requests.ts';

const headers = ['accept', 'user-agent', 'content-type', 'x-device-info'] as const;

/** Source: Dynamic Client Registration, "Retrieve client credentials". */
export const register = {
  name: 'register',
  route: 'dcr.register',
  method: 'POST',
  path: '/o/client/register',
  headers,
  body: { contentType: 'application/json', shape: registrationRequest },
  answer: clientCredentials,
  summary: "Register an installation with its app's software statement",
} as const satisfies Endpoint;

/** Source: Dynamic Client Registration, "Retrieve access token". */
export const token = {
  name: 'token',
  route: 'dcr.token',
  method: 'POST',
  path: '/o/client/token',
  headers,
  body: { contentType: 'application/x-www-form-urlencoded', shape: tokenRequest },
  answer: clientToken,
  summary: 'Get a client token for an installation without a viewer',
} as const satisfies Endpoint;

/** Opened by the viewer's browser. Source: REST API V2, "Perform authentication in user agent". */
export const authenticate = {
  name: 'authenticate',
  route: 'authenticate',
  method: 'GET',
  path: '/api/v2/authenticate/{serviceProvider}/{code}',
  headers: ['user-agent'],
  summary: "Redirect the viewer's browser to Adobe Pass to log in",
} as const satisfies Endpoint;
