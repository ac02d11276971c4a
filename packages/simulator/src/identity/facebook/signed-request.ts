import { createHmac } from 'node:crypto';
import type { JsonObject } from '#src/lib/json';

const sign = (secret: string, payload: string): string =>
  createHmac('sha256', secret).update(payload).digest('base64url');

/**
 * `signature.payload`, both base64url; the HMAC is over the encoded payload, under the app's secret
 * (https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback/).
 */
export const signedRequest = (secret: string, content: JsonObject): string => {
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${sign(secret, payload)}.${payload}`;
};
