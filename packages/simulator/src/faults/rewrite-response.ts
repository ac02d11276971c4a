import type { ServerResponse } from 'node:http';

export const bytesOf = (chunk: unknown): Buffer =>
  typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0);

/** Lets the party respond, but replaces the body with one made from the original. */
export const rewriteResponse = (
  response: ServerResponse,
  rewrite: (body: string) => string | Promise<string>,
  contentType?: string,
): void => {
  const end = response.end.bind(response);
  const send = (body: string): void => {
    if (contentType !== undefined) response.setHeader('content-type', contentType);
    response.setHeader('content-length', Buffer.byteLength(body));
    end(body);
  };
  response.end = ((chunk?: unknown) => {
    const rewritten = rewrite(bytesOf(chunk).toString());
    if (typeof rewritten === 'string') send(rewritten);
    else rewritten.then(send).catch(() => response.destroy());
    return response;
  }) as typeof response.end;
};
