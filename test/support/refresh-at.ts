import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';

/** The answer to a refresh at the gateway of this origin, whatever it is; the device keeps the tokens that it has. */
export const refreshAt = (
  origin: string,
  { app, tokens }: Device,
  token = String(tokens?.refreshToken),
): Promise<ApiAnswer> =>
  request({
    method: 'POST',
    url: `${origin}/token`,
    form: { client_id: app.id, grant_type: 'refresh_token', refresh_token: token },
  });
