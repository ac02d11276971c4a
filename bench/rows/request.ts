import type { Viewer } from '../accounts/viewer.ts';
import type { Answer, Connection } from '../load/connection.ts';

type Headers = Readonly<Record<string, string>>;

export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Headers;
  /** A form or JSON. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: object;
}

const info = Buffer.from(
  JSON.stringify({ primaryHardwareType: 'TV', model: 'LivingRoom55', osName: 'Tizen', osVersion: '8.0' }),
).toString('base64');

const bodyOf = ({ form, json }: Request): readonly [type: string, body: string] | undefined => {
  if (form) return ['application/x-www-form-urlencoded', new URLSearchParams(form).toString()];
  return json && ['application/json', JSON.stringify(json)];
};

export const render = (request: Request): string => {
  const { method = 'GET', path, headers = {} } = request;
  const [type, body] = bodyOf(request) ?? [];
  const lines = Object.entries({
    host: 'sso.example',
    accept: 'application/json',
    'user-agent': 'Bench/1.0',
    ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
};

/** Errors: an Error if the answer has another status than `expected`. */
export const send = async (connection: Connection, request: Request, expected = 200): Promise<Answer> => {
  const answer = await connection.exchange(render(request));
  if (answer.status === expected) return answer;
  throw new Error(`${request.path}: ${answer.status} ${answer.body.toString().slice(0, 300)}`);
};

export const jsonOf = ({ body }: Answer): Readonly<Record<string, unknown>> => JSON.parse(body.toString());

/** What an app sends for its viewer. */
export const headersOf = ({ accessToken, device, address }: Viewer): Headers =>
  deviceHeaders(accessToken, device, address);

export const deviceHeaders = (bearer: string, device: string, address: string): Headers => ({
  authorization: `Bearer ${bearer}`,
  'ap-device-identifier': device,
  'x-device-info': info,
  'x-forwarded-for': address,
});
