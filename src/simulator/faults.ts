import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(599),
    body: z.json().optional().describe('Sent as JSON, or as it is when a string'),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().int().positive().max(600_000) }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('truncate'), bytes: z.number().int().nonnegative().default(10) }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({
    kind: z.literal('body'),
    body: z.string().describe('Takes the place of the body of an answer that is otherwise well'),
    contentType: z.string().default('application/json;charset=UTF-8'),
  }),
  z.strictObject({ kind: z.literal('throttle') }),
]);

export const faultOrderSchema = z.strictObject({
  match: z.strictObject({
    party: z.enum(['adobe', 'mvpd', 'dtc', 'google', 'facebook']).optional(),
    operation: z.string().optional(),
    path: z.string().optional().describe('The exact path; with a final * whatever begins so'),
  }),
  times: z.number().int().positive().optional().describe('For ever unless given'),
  fault: faultSchema,
});

export type Fault = z.output<typeof faultSchema>;
type FaultOrder = z.output<typeof faultOrderSchema>;

interface Target {
  readonly party: string;
  readonly operation: string;
  readonly path: string;
}

const matches = ({ match }: FaultOrder, { party, operation, path }: Target): boolean =>
  (match.party === undefined || match.party === party) &&
  (match.operation === undefined || match.operation === operation) &&
  (match.path === undefined ||
    (match.path.endsWith('*') ? path.startsWith(match.path.slice(0, -1)) : match.path === path));

/** Which request meets which fault: the oldest order that fits, until its `times` are used up. */
export const createFaults = () => {
  let orders: { readonly order: FaultOrder; left: number }[] = [];
  return {
    add: (order: FaultOrder): void => {
      orders.push({ order, left: order.times ?? Number.POSITIVE_INFINITY });
    },
    take: (target: Target): Fault | null => {
      const found = orders.find(({ order }) => matches(order, target));
      if (!found) return null;
      found.left -= 1;
      if (found.left === 0) orders = orders.filter((other) => other !== found);
      return found.order.fault;
    },
    clear: (): void => {
      orders = [];
    },
  };
};

export type Faults = ReturnType<typeof createFaults>;

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
    const whole =
      typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0);
    if (!response.headersSent) response.setHeader('content-length', Math.max(whole.length, bytes + 1));
    write(whole.subarray(0, bytes), () => response.destroy());
    return response;
  }) as typeof response.end;
};

const replaceBody = (response: ServerResponse, body: string, contentType: string): void => {
  const end = response.end.bind(response);
  response.end = (() => {
    response.setHeader('content-type', contentType);
    response.setHeader('content-length', Buffer.byteLength(body));
    return end(body);
  }) as typeof response.end;
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

/** Resolves to true when the request is dealt with and must not reach the party any more. */
export const applyFault = async (
  fault: Fault,
  { request, response, clock }: { request: IncomingMessage; response: ServerResponse; clock: Clock },
): Promise<boolean> => {
  switch (fault.kind) {
    case 'status': {
      const body = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {});
      response.writeHead(fault.status, {
        'content-type': 'application/json;charset=UTF-8',
        ...fault.headers,
      });
      response.end(body);
      return true;
    }
    case 'delay':
      return !(await waited(fault.ms, response, clock));
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'truncate':
      cutShort(response, fault.bytes);
      return false;
    case 'hang':
      return true;
    case 'body':
      replaceBody(response, fault.body, fault.contentType);
      return false;
    case 'throttle':
      answerThrottled(response);
      return true;
  }
};
