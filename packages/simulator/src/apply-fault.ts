import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '#src/fault-order';
import type { Clock } from '#src/lib/clock';
import type { Json } from '#src/lib/json';
import { bytesOf, rewriteAnswer } from '#src/rewrite-answer';
import { spoil } from '#src/spoil-json';

/** Adobe's answer to a device that asks too often: openresty's page, no enhanced error, no Retry-After. */
export const answerThrottled = (response: ServerResponse): void => {
  const page = `<html>
<head><title>429 Too Many Requests</title></head>
<body>
<center><h1>429 Too Many Requests</h1></center>
<hr><center>openresty</center>
</body>
</html>
`;
  response.writeHead(429, {
    'content-type': 'text/html',
    'content-length': Buffer.byteLength(page),
    server: 'openresty',
  });
  response.end(page);
};

const cutShort = (response: ServerResponse, bytes: number): void => {
  const write = response.write.bind(response);
  response.end = ((chunk?: unknown) => {
    const whole = bytesOf(chunk);
    if (!response.headersSent) response.setHeader('content-length', Math.max(whole.length, bytes + 1));
    write(whole.subarray(0, bytes), () => response.destroy());
    return response;
  }) as typeof response.end;
};

const answerHuge = async (response: ServerResponse, bytes: number): Promise<void> => {
  response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8', 'content-length': bytes });
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const gone = once(response, 'close');
  response.write('"'.slice(0, bytes));
  for (let left = bytes - 2; left > 0 && !response.destroyed; left -= chunk.length)
    if (!response.write(chunk.subarray(0, left))) await Promise.race([once(response, 'drain'), gone]);
  response.end(bytes > 1 ? '"' : '');
};

/** Whether the caller was still there when the time was over. */
const waited = async (ms: number, response: ServerResponse, clock: Clock): Promise<boolean> => {
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once('close', leave);
  const stayed = await clock.wait(ms, gone.signal).then(
    () => true,
    () => false,
  );
  response.off('close', leave);
  return stayed;
};

const answerStatus = (
  response: ServerResponse,
  {
    status,
    body,
    headers,
  }: { status: number; body?: Json | undefined; headers?: Record<string, string> | undefined },
): void => {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
};

/** Resolves to true when the request is dealt with and must not reach the party any more. */
export const applyFault = async (
  fault: Exclude<Fault, { kind: 'flaw' }>,
  { request, response, clock }: { request: IncomingMessage; response: ServerResponse; clock: Clock },
): Promise<boolean> => {
  switch (fault.kind) {
    case 'status':
      answerStatus(response, fault);
      return true;
    case 'delay':
      return !(await waited(fault.ms, response, clock));
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'truncate':
      cutShort(response, fault.bytes);
      return false;
    case 'body':
      rewriteAnswer(response, () => fault.body, fault.contentType);
      return false;
    case 'wrongJson':
      rewriteAnswer(response, (body) => spoil(body, fault.how));
      return false;
    case 'huge':
      await answerHuge(response, fault.bytes);
      return true;
    case 'throttle':
      answerThrottled(response);
      return true;
  }
};
