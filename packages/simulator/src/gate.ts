import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { applyFault, sendThrottled } from '#src/faults/apply-fault';
import type { Faults } from '#src/faults/faults';
import type { PartyFaults } from '#src/faults/party-faults';
import type { Clock } from '#src/lib/clock';
import type { Party } from '#src/party';
import type { Recording } from '#src/recording';
import type { ServiceTokens } from '#src/service-tokens';
import type { Site } from '#src/site';
import { deviceAddress, type ThrottleGate } from '#src/throttle-gate';

interface Deps {
  readonly party: Party;
  /** The control API and the world page, which share Adobe's origin; at any other, the front page. */
  readonly observer: Site;
  readonly recording: Pick<Recording, 'begin'>;
  readonly faults: Pick<Faults, 'take'>;
  readonly partyFaults: PartyFaults;
  readonly throttleGate: Pick<ThrottleGate, 'admits'>;
  readonly serviceTokens: Pick<ServiceTokens, 'inspect'>;
  readonly clock: Clock;
}

const worldPath = /^\/(?:_control(?:\/.*)?|_world(?:\/.*)?)?$/;
const frontPagePath = /^\/$/;

/** In front of every party: request log, injected faults, Adobe's rate limit. None of them applies to observers. */
export const createGate = (deps: Deps): RequestListener => {
  const { party, observer, recording, faults, partyFaults, throttleGate, serviceTokens, clock } = deps;

  const observerPath = party.name === 'adobe' ? worldPath : frontPagePath;

  const admit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = URL.parse(request.url ?? '', 'http://party');
    if (!url) {
      response.writeHead(400).end();
      return;
    }
    const path = url.pathname;
    if (observerPath.test(path)) return observer.handle(request, response);

    const operation = party.operationOf(request.method ?? '', path);
    const entry = recording.begin(request, response, { at: clock.now(), party: party.name, operation, url });
    const token = request.headers['ad-service-token'];
    if (token !== undefined) entry.serviceToken = await serviceTokens.inspect(String(token));

    const address = deviceAddress(request);
    const fault = faults.take({ party: party.name, operation, path, address });
    entry.fault = fault?.kind ?? null;
    if (fault?.kind === 'flaw') partyFaults.inject(fault.flaw, { party: party.name, path, response });
    else if (fault && (await applyFault(fault, { request, response, clock }))) return;
    if (party.name === 'adobe' && !throttleGate.admits(request, path)) return sendThrottled(response);
    party.handle(request, response);
  };

  return (request, response) => {
    admit(request, response).catch(() => response.destroy());
  };
};
