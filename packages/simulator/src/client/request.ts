import got from 'got';
import type { Json, JsonObject } from '#src/lib/json';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The JSON object of the answer; empty when it has none. */
  readonly body: JsonObject;
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: Json;
}

/** One request as an app makes it: no redirects, no repeats, any status is an answer. */
export const request = async ({
  method = 'GET',
  url,
  headers,
  form,
  json,
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
  });
  return { status: response.statusCode, headers: response.headers, body: parseObject(response.body) };
};

const parseObject = (text: string): JsonObject => {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
};

/** A string that the answer must have. The error quotes what is safe to quote: status and OAuth or REST V2 code. */
export const textOf = (answer: ApiAnswer, name: string): string => {
  const value = answer.body[name];
  if (typeof value === 'string' && value !== '') return value;
  const reason =
    answer.body['error_description'] ?? answer.body['message'] ?? answer.body['error'] ?? 'no reason given';
  throw new Error(`the answer has no "${name}": status ${answer.status}, ${JSON.stringify(reason)}`);
};

/** A number that the answer may have. */
export const numberOf = (answer: ApiAnswer, name: string): number | undefined => {
  const value = answer.body[name];
  return typeof value === 'number' ? value : undefined;
};
