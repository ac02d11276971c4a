/** What Adobe's refusals mean for who set the gateway up. Sources: DCR error codes, REST V2 enhanced error codes. */
import { KinpassError } from '#src/lib/errors';
import type { Outcome } from '../check.ts';
import { failed } from '../outcome.ts';

interface Meaning {
  readonly summary: string;
  readonly cure: string;
}

const newStatement =
  'Download the statement of this app from the TVE Dashboard of the environment that this app uses, and paste it whole.';

const revoked: Meaning = {
  summary: 'Adobe no longer accepts this application: its software statement was revoked or replaced.',
  cure: newStatement,
};

/** Of registration and token request (`error`). */
const ofRegistration: Readonly<Record<string, Meaning>> = {
  invalid_software_statement: {
    summary:
      'Adobe does not know this software statement: it is of another environment, was revoked, or is not whole.',
    cure: newStatement,
  },
  unapproved_software_statement: {
    summary: 'The registered application may not use REST API V2.',
    cure: 'Give it the scope REST API V2 in the TVE Dashboard, then download its new statement: that of V1 does not do.',
  },
  invalid_redirect_uri: {
    summary: 'Adobe wants a redirect URI that the registered application has.',
    cure: 'Ask Adobe which redirect URI the registered application needs.',
  },
  invalid_client: revoked,
  unauthorized_client: {
    summary: 'The registered application may not get access tokens.',
    cure: 'Ask Adobe to approve it for REST API V2.',
  },
};

/** Of REST API V2 (`code`). */
const ofCall: Readonly<Record<string, Meaning>> = {
  invalid_access_token_service_provider: {
    summary: 'The software statement is not for this service provider.',
    cure: "Add the service provider to the registered application in the TVE Dashboard, or remove it from the app's serviceProviders.",
  },
  invalid_access_token_client_application: revoked,
  invalid_parameter_service_provider: {
    summary: 'Adobe does not know this service provider.',
    cure: 'Check its spelling, capitals included, and that it exists in the environment that this app uses.',
  },
  internal_server_error: { summary: 'Adobe reports a fault of its own.', cure: 'Run it again later.' },
};

/** An enhanced error of REST API V2. */
export const refusedCall = (status: number, code = 'none'): Outcome => {
  const facts = { adobeError: code, status };
  const known = ofCall[code];
  if (known) return failed(known.summary, known.cure, facts);
  const cure = 'See enhanced error codes in the documentation of REST API V2, or ask Adobe.';
  return failed('Adobe refuses the call.', cure, facts);
};

/** What a call to Adobe failed with, in our words. Errors that are not ours are thrown again. */
export const failedCall = (error: unknown): Outcome => {
  if (!(error instanceof KinpassError)) throw error;
  const { code, detail = '' } = error;
  const facts = { error: code, ...(detail && { detail }) };
  const known = ofRegistration[detail];
  if (known) return failed(known.summary, known.cure, { adobeError: detail });
  switch (code) {
    case 'gateway_adobe_unauthorized':
      return refusedCall(401, detail || undefined);
    case 'gateway_throttled':
    case 'gateway_address_busy':
      return failed('Adobe throttles this machine: too many requests.', 'Run it again in a minute.', facts);
    case 'gateway_adobe_timeout':
    case 'gateway_adobe_unreachable':
      return failed('Adobe did not answer.', 'Run it again; see whether Adobe reports an outage.', facts);
    case 'gateway_adobe_refused':
    case 'gateway_adobe_answer_invalid':
      return failed(
        'The answer is not one of Adobe Pass: perhaps a firewall or proxy answers.',
        'Check the origin of Adobe Pass in the settings, and that Adobe has registered the address that calls come from (see egress).',
        facts,
      );
    default:
      return failed('Adobe refuses the call.', 'See docs/errors.md.', facts);
  }
};
