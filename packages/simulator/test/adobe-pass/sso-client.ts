import { expect } from 'vitest';
import type { ApiAnswer } from '#src/client/request';
import type { AdobeDevice } from './client.ts';

type Headers = Record<string, string>;

/** The hosted SSO Service as an app on the device calls it. */
export const createSsoClient = ({ raw, sp }: AdobeDevice) => ({
  create: (headers: Headers) => raw.form(`/api/${sp}/serviceToken`, {}, headers),
  refresh: (headers: Headers) => raw.get(`/api/${sp}/serviceToken`, headers),
  link: (headers: Headers) => raw.form(`/api/${sp}/link`, {}, headers),
  unlink: (body: object, headers: Headers) => raw.json(`/api/${sp}/unlink`, body, headers),
  list: (headers: Headers) => raw.get(`/api/${sp}/list`, headers),
});

export const tokenWith = ({ status, body, text }: ApiAnswer): string => {
  expect(status, text).toBe(201);
  return String(body['serviceToken'] ?? body['jws']);
};

export const linkWith = ({ status, body, text }: ApiAnswer): string => {
  expect(status, text).toBe(201);
  return String(body['code'] ?? body['link']);
};

/** How the list names the device of an app. */
