import { type ApiAnswer, numberOf, request, textOf } from './request.ts';

/** What an app keeps after a sign-in. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
}

interface Options {
  readonly gateway: string;
  /** The app itself, or the instance that registered with its software statement. */
  readonly client: () => { readonly clientId: string; readonly clientSecret?: string };
  /** Headers of the device: its address. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface OauthClient {
  readonly clientId: string;
  /** An endpoint from the discovery document. Errors: an Error if the document does not name it. */
  endpoint(name: string): Promise<string>;
  /** Posts a form to an endpoint, with the client's credentials in it, and with further headers. */
  post(
    name: string,
    form: Record<string, string>,
    more?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer>;
}

/** An app as an OAuth client: all endpoints come from discovery. */
export const createOauthClient = ({ gateway, client, headers }: Options): OauthClient => {
  let found: Promise<ApiAnswer> | undefined;

  const endpoint = async (name: string): Promise<string> => {
    found ??= request({ url: `${gateway}/.well-known/openid-configuration`, headers });
    return textOf(await found, name);
  };

  return {
    get clientId() {
      return client().clientId;
    },
    endpoint,
    async post(name, form, more) {
      const { clientId, clientSecret } = client();
      const credentials = { client_id: clientId, ...(clientSecret && { client_secret: clientSecret }) };
      return request({
        method: 'POST',
        url: await endpoint(name),
        headers: { ...headers, ...more },
        form: { ...credentials, ...form },
      });
    },
  };
};

/** Errors: an Error with the status and reason of the answer if it has no access token. */
export const tokensOf = (answer: ApiAnswer): Tokens => ({
  accessToken: textOf(answer, 'access_token'),
  refreshToken: typeof answer.body['refresh_token'] === 'string' ? answer.body['refresh_token'] : undefined,
  expiresIn: numberOf(answer, 'expires_in') ?? 0,
});

/** Who the viewer is, and tokens that outlive the browser's session. */
export const scope = 'openid offline_access';
