import type { ResourceOutcome } from '#src/adobe-pass/preauthorize-in-parts';
import { catalogue, type KinpassError } from '#src/lib/errors';
import { isJsonObject, type Json, type JsonObject } from '#src/lib/json';

/** Why a resource is denied, or has no decision. Codes are Adobe's, or the gateway's own, which start with `gateway_`. */
export interface DecisionReason {
  readonly code: string;
  /** What the app should do, as in Adobe's enhanced errors. */
  readonly action: string;
  readonly status: number;
  readonly message: string;
  /** The text for the viewer: the MVPD's, or that of a business rule. */
  readonly details?: string;
  /** Seconds after which it is worth asking again. */
  readonly retryAfter?: number;
}

export type Undecided = Exclude<ResourceOutcome, { readonly decision: JsonObject }>;

/** Undefined for a permit. `code`: of a denial without one. */
export const whyDenied = (
  { authorized, error }: JsonObject,
  code = 'preauthorization_denied_by_mvpd',
): DecisionReason | undefined =>
  authorized === true ? undefined : ofAdobe(isJsonObject(error) ? error : {}, 403, code);

export const whyUndecided = (outcome: Undecided): DecisionReason =>
  'error' in outcome
    ? ofGateway(outcome.error)
    : ofAdobe(outcome.refused.body, outcome.refused.status, 'preauthorization_denied_by_mvpd');

const textOf = (value: Json | undefined, absent: string): string =>
  typeof value === 'string' ? value : absent;

/** Adobe leaves out what it likes. */
const ofAdobe = (error: JsonObject, status: number, code: string): DecisionReason => ({
  code: textOf(error['code'], code),
  action: textOf(error['action'], 'none'),
  status: typeof error['status'] === 'number' ? error['status'] : status,
  message: textOf(error['message'], 'The MVPD denied the resource.'),
  ...(typeof error['details'] === 'string' && { details: error['details'] }),
  ...(typeof error['retryAfter'] === 'number' && { retryAfter: error['retryAfter'] }),
});

/** Of an error of the gateway. */
export const ofGateway = ({ code, action, status, retryAfter }: KinpassError): DecisionReason => ({
  code,
  action,
  status,
  message: catalogue[code].title,
  ...(retryAfter !== undefined && { retryAfter }),
});
