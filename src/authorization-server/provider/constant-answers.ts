import type Koa from 'koa';

/** What oidc-provider computes for each request although it is the same for everybody until settings change. */
const constantPath = /^\/(jwks|\.well-known\/(openid-configuration|oauth-authorization-server))$/;

interface Answer {
  readonly type: string;
  readonly body: Buffer;
  /** The `route` label of metrics and logs. */
  readonly route: string;
}

type Context = Pick<Koa.Context, 'method' | 'path' | 'status' | 'type' | 'body' | 'vary'>;

type Answered = Pick<Koa.Context, 'method' | 'status' | 'body'> & {
  readonly response: Pick<Koa.Response, 'get'>;
};

/** Metadata and keys of the authorization server, as it answered the first time. */
export const createConstantAnswers = () => {
  const answers = new Map<string, Answer>();
  return {
    /** Sends a known answer and returns its route. */
    send: (ctx: Context): string | undefined => {
      const answer = ctx.method === 'GET' ? answers.get(ctx.path) : undefined;
      if (!answer) return undefined;
      ctx.status = 200;
      ctx.type = answer.type;
      ctx.vary('Origin');
      ctx.body = answer.body;
      return answer.route;
    },
    /** Keeps what was answered, if it is constant. `path`: as the request named it. */
    keep: (path: string, { method, status, body, response }: Answered, route: string): void => {
      if (method !== 'GET' || status !== 200 || !constantPath.test(path)) return;
      const type = response.get('Content-Type');
      answers.set(path, { type, body: Buffer.from(JSON.stringify(body)), route });
    },
  };
};
