import type { IncomingHttpHeaders } from 'node:http';
import got from 'got';
import type { Json, JsonObject } from '#src/lib/json';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The JSON object of the answer; empty if it is anything else. */
  readonly body: JsonObject;
  /** The body as it came. */
  readonly text: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

export interface ApiRequest {
  readonly method?: Method;
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body, in one of three ways: a form, JSON, or text as it is. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: Json;
  readonly body?: string;
}

/**
 * Sends one request as an app does: redirects are not followed, nothing is repeated, and any status is an answer.
 * Errors: a network error, after 60 s at the latest.
 */
export const request = async ({
  method = 'GET',
  url,
  headers,
  form,
  json,
  body,
}: ApiRequest): Promise<ApiAnswer> => {
  const response = await got(url, {
    method,
    headers: { accept: 'application/json', 'user-agent': 'KinpassStory/1.0', ...headers },
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    timeout: { request: 60_000 },
    ...(form && { form }),
    ...(json !== undefined && { json }),
    ...(body !== undefined && { body }),
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    body: parseObject(response.body),
    text: response.body,
  };
};

const parseObject = (text: string): JsonObject => {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
};

/** A string member that the answer must have. Errors: an Error with the status and the server's own reason. */
export const textOf = (answer: ApiAnswer, name: string): string => {
  const value = answer.body[name];
  if (typeof value === 'string' && value !== '') return value;
  const reason =
    answer.body['error_description'] ?? answer.body['message'] ?? answer.body['error'] ?? 'no reason given';
  throw new Error(`the answer has no "${name}": status ${answer.status}, ${JSON.stringify(reason)}`);
};

/** A number member that the answer may have. */
export const numberOf = (answer: ApiAnswer, name: string): number | undefined => {
  const value = answer.body[name];
  return typeof value === 'number' ? value : undefined;
};
