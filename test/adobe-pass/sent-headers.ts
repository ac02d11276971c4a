import type { Call, Device } from '#src/adobe-pass/types';
import type { Input, Operation } from '#src/rest-v2/operation';
import { call, type GatewaySide, startGatewaySide } from './gateway-side.ts';
import type { Heard } from './scripted-adobe.ts';

/** Everything that a caller could supply, the listed and the unheard of. */
export const hostile: Call = {
  ...call,
  serviceToken: 'header.payload.signature',
  device: {
    ...call.device,
    headers: {
      accept: 'application/json',
      'user-agent': 'TV/1.0',
      'ap-visitor-identifier': 'visitor',
      'ap-temppass-identity': 'tempPass',
      'ap-partner-framework-status': 'partner',
      'adobe-subject-token': 'subject',
      'x-roku-reserved-roku-connect-token': 'roku',
      ...({
        authorization: 'Bearer canary',
        'AD-Service-Token': 'canary',
        ad_service_token: 'canary',
        'x-forwarded-for': '6.6.6.6',
        'x-real-ip': '6.6.6.6',
        'x-sso-id': 'canary',
        connection: 'ad-service-token',
        'transfer-encoding': 'chunked',
        host: 'evil.example',
        cookie: 'canary=1',
      } as Device['headers']),
    },
  },
};

/** What any HTTP request has, beside the table. */
const plumbing = new Set(['host', 'connection', 'content-length', 'accept-encoding']);

export const headerNames = (heard: Heard | undefined): string[] =>
  Object.keys(heard?.headers ?? {})
    .filter((name) => !plumbing.has(name))
    .sort();

/** What reaches Adobe when a hostile caller makes a call of this side. */
export const heardFrom = async (
  path: string,
  strictHeaderTable: boolean,
  run: (side: GatewaySide) => Promise<unknown>,
): Promise<Heard | undefined> => {
  await using side = await startGatewaySide({ strictHeaderTable });
  // Whether Adobe's answer has the shape of the row is another test's question.
  await run(side).catch(() => undefined);
  return side.adobe.heardAt(path)[0];
};

/** The headers that reach Adobe when a hostile caller uses an operation. */
export const sentHeaders = async (
  operation: Operation,
  input: Input,
  strictHeaderTable: boolean,
): Promise<string[]> =>
  headerNames(
    await heardFrom('/api/v2/', strictHeaderTable, ({ pass }) => pass.call(operation, hostile, input)),
  );
