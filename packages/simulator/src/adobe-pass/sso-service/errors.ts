import type { Ids } from '#src/lib/ids';
import type { Answer } from '../context.ts';
import { helpUrl } from '../refusal.ts';
import type { Switches } from '../switches.ts';

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
type Particular = { readonly status?: number; readonly action?: string; readonly message?: string };

/** Thrown by an operation of the SSO Service that answers with an error instead. */
export class SsoRefusal extends Error {
  readonly error: { status: number; code: Code; message: string; action: string };

  constructor(code: Code, particular: Particular = {}) {
    super(code);
    this.name = 'SsoRefusal';
    const [status, action, message] = catalogue[code];
    this.error = { status, code, message, action, ...particular };
  }
}

export const refuseSso = (code: Code, particular?: Particular): SsoRefusal =>
  new SsoRefusal(code, particular);

const outerStatus: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  500: 'INTERNAL_SERVER_ERROR',
};

/** The error as the sample nests it or as the field table has it; what is no refusal is internal_error. */
export const errorAnswer = (
  error: unknown,
  { ids, switches }: { ids: Pick<Ids, 'uuid'>; switches: { readonly now: Switches } },
): Answer => {
  const refusal = error instanceof SsoRefusal ? error : refuseSso('internal_error');
  const { status } = refusal.error;
  const told = { ...refusal.error, helpUrl, trace: ids.uuid() };
  const flat = switches.now.ssoServiceErrorBody === 'flat';
  return { status, body: flat ? told : { status: outerStatus[status], error: told } };
};
