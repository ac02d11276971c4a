import type { Ids } from '#src/lib/ids';
import { helpUrl } from '../errors/refusal.ts';
import type { Answer } from '../requests/answer.ts';
import type { SwitchReader } from '../switches.ts';

/** The SSO Service's own catalogue: status, action, message. REST API V2 shares none of it. */
const catalogue = {
  token_invalid: [400, 'get_new_token', 'The provided token is invalid'],
  token_expired: [401, 'get_new_token', 'The token has expired'],
  header_missing: [400, 'check_headers', 'A required header is missing'],
  header_invalid: [401, 'get_new_token', 'Error validating JWT signature'],
  unauthorized: [401, 'none', 'Unauthorized access'],
  internal_error: [500, 'none', 'An internal error occurred'],
  request_null: [400, 'none', 'Request object cannot be null'],
  request_invalid: [400, 'check_request_body', 'Devices list cannot be null or empty'],
} as const;

type Code = keyof typeof catalogue;
type Overrides = { readonly status?: number; readonly action?: string; readonly message?: string };

/** Thrown by an operation of the SSO Service to respond with an error. */
export class SsoRefusal extends Error {
  readonly error: { status: number; code: Code; message: string; action: string };

  constructor(code: Code, overrides: Overrides = {}) {
    super(code);
    this.name = 'SsoRefusal';
    const [status, action, message] = catalogue[code];
    this.error = { status, code, message, action, ...overrides };
  }
}

export const refuseSso = (code: Code, overrides?: Overrides): SsoRefusal => new SsoRefusal(code, overrides);

const outerStatus: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  500: 'INTERNAL_SERVER_ERROR',
};

/** The error, nested as in the sample or flat as in the field table. Anything but an SsoRefusal is internal_error. */
export const errorAnswer = (
  error: unknown,
  { ids, switches }: { ids: Pick<Ids, 'uuid'>; switches: SwitchReader<'ssoServiceErrorBody'> },
): Answer => {
  const refusal = error instanceof SsoRefusal ? error : refuseSso('internal_error');
  const { status } = refusal.error;
  const details = { ...refusal.error, helpUrl, trace: ids.uuid() };
  const isFlat = switches.now.ssoServiceErrorBody === 'flat';
  return { status, body: isFlat ? details : { status: outerStatus[status], error: details } };
};
