import { errors } from 'jose';
import { fail, KinpassError } from '#src/lib/errors';

const field = 'AD-Service-Token';

export const invalidToken = (detail: string): KinpassError =>
  fail('gateway_external_token_invalid', { field, detail: `external service token: ${detail}` });

export const expiredToken = (): KinpassError =>
  fail('gateway_external_token_expired', { field, hint: 'get a new one from the identity service' });

/** Keeps only jose's code and the claim it names: its errors contain the payload. */
export const fromJose = (error: unknown): KinpassError => {
  if (error instanceof KinpassError) return error;
  if (error instanceof errors.JWTExpired) return expiredToken();
  if (error instanceof errors.JWTClaimValidationFailed) return invalidToken(`claim ${error.claim}`);
  return invalidToken(error instanceof errors.JOSEError ? error.code : 'key or signature');
};
