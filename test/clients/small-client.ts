/** A client of REST V2 as it is in the field: it was written for Adobe, and only its base URL changes. */
export interface SmallClient {
  /** Another access token of the same client credentials. */
  newSession(): Promise<void>;
  get(path: string): Promise<Answer>;
  postForm(path: string, form: Readonly<Record<string, string>>): Promise<Answer>;
  postJson(path: string, body: object): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Options {
  readonly base: string;
  readonly softwareStatement: string;
  /** On every call, whatever the reference pages list for it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Follows every media type that it sends. */
  readonly charset?: string;
}

export const startSmallClient = async (options: Options): Promise<SmallClient> => {
  const { base, softwareStatement, headers = {}, charset = '' } = options;
  let bearer: Record<string, string> = {};

  const send = async (path: string, body?: string, mediaType?: string): Promise<Answer> => {
    const response = await fetch(`${base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...bearer, ...(mediaType && { 'content-type': mediaType + charset }) },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const postForm: SmallClient['postForm'] = (path, form) =>
    send(path, new URLSearchParams(form).toString(), 'application/x-www-form-urlencoded');
  const postJson: SmallClient['postJson'] = (path, body) =>
    send(path, JSON.stringify(body), 'application/json');

  const registration = await postJson('/o/client/register', { software_statement: softwareStatement });
  const credentials = {
    client_id: String(registration.body['client_id']),
    client_secret: String(registration.body['client_secret']),
    grant_type: 'client_credentials',
  };
  const newSession = async (): Promise<void> => {
    const token = await postForm('/o/client/token', credentials);
    bearer = { authorization: `Bearer ${token.body['access_token']}` };
  };
  await newSession();
  return { newSession, get: (path) => send(path), postForm, postJson };
};
