import type { JsonObject } from '#src/lib/json';
import { atAdobe } from './browser-url.ts';
import type { AdobeClient } from './client.ts';
import { operations } from './operations.ts';
import { logouts } from './shapes.ts';
import type { Answer, Call } from './types.ts';

export interface LogOutCall extends Call {
  readonly mvpd: string;
  readonly redirectUrl?: string | undefined;
}

const forBrowser = (answer: Answer, origin: string): Answer => {
  const entries = answer.body['logouts'] as { readonly [mvpd: string]: JsonObject } | undefined;
  if (entries === undefined) return answer;
  const absolute = Object.entries(entries).map(([mvpd, entry]) => [mvpd, atAdobe(entry, origin)]);
  return { ...answer, body: { ...answer.body, logouts: Object.fromEntries(absolute) } };
};

/** Deletes the profile at Adobe; the answer's URLs clean up at the MVPD. Source: REST API V2, "Initiate logout". */
export const createLogOut =
  ({ ask, origin }: AdobeClient) =>
  async ({ mvpd, redirectUrl, ...call }: LogOutCall): Promise<Answer> => {
    const operation = operations.logOut;
    const query = { redirectUrl };
    return forBrowser(await ask({ operation, call, parameters: { mvpd }, query, shape: logouts }), origin);
  };
