import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#src/lib/clock';
import type { Json } from '#src/lib/json';
import { corruptJson } from './corrupt-json.ts';
import type { Fault } from './fault-schema.ts';
import { bytesOf, rewriteResponse } from './rewrite-response.ts';

/** Headers of a fault are set one by one, so that the request log shows them. */
const begin = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
) => {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
};

/** Adobe's response above the rate limit: openresty's page, no enhanced error, no Retry-After. */
export const sendThrottled = (response: ServerResponse): void => {
  const page = `<html>
<head><title>429 Too Many Requests</title></head>
<body>
<center><h1>429 Too Many Requests</h1></center>
<hr><center>openresty</center>
</body>
</html>
`;
  begin(response, 429, {
    'content-type': 'text/html',
    'content-length': Buffer.byteLength(page),
    server: 'openresty',
  });
  response.end(page);
};

const truncate = (response: ServerResponse, bytes: number): void => {
  const write = response.write.bind(response);
  response.end = ((chunk?: unknown) => {
    const whole = bytesOf(chunk);
    if (!response.headersSent) response.setHeader('content-length', Math.max(whole.length, bytes + 1));
    write(whole.subarray(0, bytes), () => response.destroy());
    return response;
  }) as typeof response.end;
};

const sendHuge = async (response: ServerResponse, bytes: number): Promise<void> => {
  begin(response, 200, { 'content-type': 'application/json;charset=UTF-8', 'content-length': bytes });
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const gone = once(response, 'close');
  response.write('"'.slice(0, bytes));
  for (let left = bytes - 2; left > 0 && !response.destroyed; left -= chunk.length)
    if (!response.write(chunk.subarray(0, left))) await Promise.race([once(response, 'drain'), gone]);
  response.end(bytes > 1 ? '"' : '');
};

/** Returns whether the caller was still connected after the delay. */
const waitFor = async (ms: number, response: ServerResponse, clock: Clock): Promise<boolean> => {
  const gone = new AbortController();
  const abort = () => gone.abort();
  response.once('close', abort);
  const connected = await clock.wait(ms, gone.signal).then(
    () => true,
    () => false,
  );
  response.off('close', abort);
  return connected;
};

const sendStatus = (
  response: ServerResponse,
  {
    status,
    body,
    headers,
  }: { status: number; body?: Json | undefined; headers?: Record<string, string> | undefined },
): void => {
  begin(response, status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
};

/** Resolves to true when the request has been handled and must not reach the party. */
export const applyFault = async (
  fault: Exclude<Fault, { kind: 'flaw' }>,
  { request, response, clock }: { request: IncomingMessage; response: ServerResponse; clock: Clock },
): Promise<boolean> => {
  switch (fault.kind) {
    case 'status':
      sendStatus(response, fault);
      return true;
    case 'delay':
      return !(await waitFor(fault.ms, response, clock));
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'truncate':
      truncate(response, fault.bytes);
      return false;
    case 'body':
      rewriteResponse(response, () => fault.body, fault.contentType);
      return false;
    case 'wrongJson':
      rewriteResponse(response, (body) => corruptJson(body, fault.how));
      return false;
    case 'huge':
      await sendHuge(response, fault.bytes);
      return true;
    case 'throttle':
      sendThrottled(response);
      return true;
  }
};
