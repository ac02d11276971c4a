import { connect, isIP } from 'node:net';
import { isLoopback } from '#src/lib/ip-address';
import { parseJson } from '#src/lib/json';
import { systemErrorCode } from '#src/lib/system-error';
import type { Check, Outcome } from '../check.ts';
import { failed, ok, warning } from '../outcome.ts';
import { get } from './get.ts';
import { isPrivate } from './private-address.ts';
import { type AdobeTarget, dnsId, egressId, hostOf, isInDns, portOf } from './targets.ts';

interface Deps {
  readonly adobe: AdobeTarget;
  /** Returns the address of its caller; undefined: no such service is called. */
  readonly addressService?: URL | undefined;
}

/** Which address calls to Adobe come from: Adobe accepts those of the programmer's registered range. */
export const createEgressCheck = ({ adobe: { url, setting, environment }, addressService }: Deps): Check => ({
  id: egressId(environment),
  question: 'Which address do calls to Adobe come from?',
  needs: isInDns(url) ? [dnsId(url)] : [],
  run: async (signal) => {
    const local = await localAddress(url, signal);
    if (local.address === undefined) {
      const cure = `Check ${setting}, and that a firewall lets this machine connect to ${url.host}.`;
      return failed(`There is no connection to ${url.host} (${local.reason}).`, cure);
    }
    return judge(local.address, addressService && (await seenAddress(addressService, signal)));
  },
});

type Found = { readonly address: string } | { readonly address: undefined; readonly reason: string };

const localAddress = (url: URL, signal: AbortSignal): Promise<Found> =>
  new Promise((resolve) => {
    const socket = connect({ host: hostOf(url), port: portOf(url), signal });
    socket.once('error', (error) => {
      resolve({ address: undefined, reason: systemErrorCode(error) ?? error.name });
    });
    socket.once('connect', () => {
      resolve({ address: String(socket.localAddress) });
      socket.destroy();
    });
  });

/** The service answers in plain text, or in JSON with a member `ip`. */
const seenAddress = async (service: URL, signal: AbortSignal): Promise<Found> => {
  const answer = await get(service, { signal });
  if (!answer.answered) return { address: undefined, reason: answer.reason };
  const json = parseJson(answer.body);
  const text = typeof json === 'object' && json && 'ip' in json ? String(json.ip) : answer.body.trim();
  return isIP(text) === 0 ? { address: undefined, reason: 'no address in its answer' } : { address: text };
};

const judge = (local: string, seen: Found | undefined): Outcome => {
  const facts = { localAddress: local, ...(seen?.address && { seenAs: seen.address }) };
  if (seen && seen.address === undefined)
    return warning(
      `Calls leave from ${local}; the address service did not tell what others see (${seen.reason}).`,
      'Check the URL of --address-service.',
      facts,
    );
  if (seen) return ok(`Calls are seen as coming from ${seen.address}: register it with Adobe.`, facts);
  if (isLoopback(local)) return ok('Adobe is simulated on this machine.', facts);
  if (isPrivate(local))
    return ok(
      `Calls leave from ${local}, a private address: register the address of the NAT in front of it with Adobe.`,
      facts,
    );
  return ok(`Calls leave from ${local}: register it with Adobe.`, facts);
};
