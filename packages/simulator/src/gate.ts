import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { answerThrottled, applyFault } from '#src/apply-fault';
import type { Faults } from '#src/faults';
import type { Flaws } from '#src/flaws';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import type { Party } from '#src/party';
import type { Recording } from '#src/recording';
import type { ServiceTokens } from '#src/service-tokens';
import { type ThrottlePolicy, type ThrottleState, throttle } from '#src/throttle';

/** Where a device is: the first X-Forwarded-For, else the socket's address. */
const addressOf = ({ headers, socket }: IncomingMessage): string => {
  const [forwarded = ''] = String(headers['x-forwarded-for'] ?? '').split(',', 1);
  return forwarded.trim() || (socket.remoteAddress ?? '');
};

/** Which requests come from a device too fast. */
export const createThrottleGate = (policyNow: () => ThrottlePolicy | null, clock: Clock) => {
  const devices = createLru<ThrottleState>(10_000);
  return {
    admits: (request: IncomingMessage, path: string): boolean => {
      const policy = policyNow();
      if (!policy || !/^\/(?:api\/v2|o\/client)\//.test(path)) return true;
      const device = addressOf(request);
      const { admitted, state } = throttle(policy, devices.get(device), clock.now());
      devices.set(device, state);
      return admitted;
    },
    reset: devices.clear,
  };
};

export type ThrottleGate = ReturnType<typeof createThrottleGate>;

interface Deps {
  readonly party: () => Party | undefined;
  readonly recording: Recording;
  readonly faults: Pick<Faults, 'take'>;
  readonly flaws: Flaws;
  readonly throttleGate: ThrottleGate;
  readonly serviceTokens: Pick<ServiceTokens, 'inspect'>;
  readonly clock: Clock;
}

/** The control API and the world page: the observer's own, no part of the world. */
const observer = /^\/(?:_control(?:\/.*)?|_world(?:\/.*)?)?$/;

/** What stands before every party: the record, then ordered faults, then Adobe's throttle. Observers pass freely. */
export const createGate = ({
  party: find,
  recording,
  faults,
  flaws,
  throttleGate,
  serviceTokens,
  clock,
}: Deps): RequestListener => {
  const admit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const party = find();
    if (!party || !URL.canParse(request.url ?? '', 'http://party')) {
      response.writeHead(party ? 400 : 503).end();
      return;
    }
    const url = new URL(request.url ?? '', 'http://party');
    if (party.name === 'adobe' && observer.test(url.pathname)) return party.handle(request, response);

    const operation = party.operationOf(request.method ?? '', url.pathname);
    const entry = recording.begin(request, response, { at: clock.now(), party: party.name, operation, url });
    const token = request.headers['ad-service-token'];
    if (token !== undefined) entry.serviceToken = await serviceTokens.inspect(String(token));

    const target = { party: party.name, operation, path: url.pathname, address: addressOf(request) };
    const fault = faults.take(target);
    if (fault?.kind === 'flaw') flaws.put(fault.flaw, { party: party.name, path: url.pathname, response });
    else if (fault && (await applyFault(fault, { request, response, clock }))) return;
    if (party.name === 'adobe' && !throttleGate.admits(request, url.pathname))
      return answerThrottled(response);
    party.handle(request, response);
  };
  return (request, response) => {
    admit(request, response).catch(() => response.destroy());
  };
};
