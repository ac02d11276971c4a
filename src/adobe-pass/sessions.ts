import { atAdobe } from './browser-url.ts';
import type { AdobeClient } from './client.ts';
import { operations } from './operations.ts';
import { session, sessionStatus } from './shapes.ts';
import type { Answer, Call } from './types.ts';

export interface SessionForm {
  readonly mvpd?: string | undefined;
  readonly domainName?: string | undefined;
  readonly redirectUrl?: string | undefined;
}

const encode = (form: SessionForm): string => {
  const body = new URLSearchParams();
  for (const name of ['mvpd', 'domainName', 'redirectUrl'] as const) {
    const value = form[name];
    if (value !== undefined) body.set(name, value);
  }
  return body.toString();
};

/** Only `authenticate` is for a browser; the other URLs name the next call, relative to whoever serves V2. */
const forBrowser = (answer: Answer, origin: string): Answer =>
  answer.body['actionName'] === 'authenticate' ? { ...answer, body: atAdobe(answer.body, origin) } : answer;

/** Opens an authentication session. Source: REST API V2, "Create authentication session". */
export const createCreateSession =
  ({ ask, origin }: AdobeClient) =>
  async ({ form, ...call }: Call & { readonly form: SessionForm }): Promise<Answer> => {
    const operation = operations.createSession;
    return forBrowser(await ask({ operation, call, body: encode(form), shape: session }), origin);
  };

/** Adds what was missing. Source: REST API V2, "Resume authentication session". */
export const createResumeSession =
  ({ ask, origin }: AdobeClient) =>
  async ({
    form,
    code,
    ...call
  }: Call & { readonly code: string; readonly form: SessionForm }): Promise<Answer> => {
    const operation = operations.resumeSession;
    const question = { operation, call, parameters: { code }, body: encode(form), shape: session };
    return forBrowser(await ask(question), origin);
  };

/** What a code stands for. Source: REST API V2, "Retrieve authentication session information". */
export const createGetSession =
  ({ ask }: AdobeClient) =>
  ({ code, ...call }: Call & { readonly code: string }): Promise<Answer> =>
    ask({ operation: operations.getSession, call, parameters: { code }, shape: sessionStatus });
