import { z } from 'zod';
import { addressHeader } from '#src/config/address-header';
import type { Config } from '#src/config/schema';
import { hasCode } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { Check, Outcome } from '../check.ts';
import { failed, ok, skipped, warning } from '../outcome.ts';
import { type AdminListener, isRunning } from './admin-listener.ts';
import { get } from './get.ts';
import { publicId } from './public-origin.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly source: Config['public']['clientAddress'];
  readonly admin: AdminListener;
  readonly ids: Pick<Ids, 'uuid'>;
}

interface Endpoint {
  readonly address: string;
  readonly port: number | null;
}

const arrivalSchema = z.object({
  peer: z.object({ address: z.string(), port: z.int().nullable() }),
  peerTrusted: z.boolean(),
  told: z.string().nullable(),
  forwardedProto: z.string().nullable(),
  client: z.string(),
});

type Arrival = z.output<typeof arrivalSchema>;

/** An address that nobody has (RFC 5737): where the gateway takes it for the client's, clients choose their own. */
const spoofed = '192.0.2.254';

/**
 * One of several instances answers at the public origin; the admin listener knows what reached its own, unless others have
 * sent more probes since than it keeps.
 */
const attempts = 5;

/**
 * Whether the gateway finds the client's own address behind its proxies. Sends a request with a spoofed address
 * through the public origin, and asks the admin listener how it arrived.
 */
export const createProxiesCheck = ({ publicOrigin, source, admin, ids }: Deps): Check => ({
  id: 'proxies',
  question: "Does the gateway find the client's own address behind its proxies?",
  needs: [publicId],
  run: async (signal) => {
    const header = addressHeader(source);
    const claim = source.from === 'forwarded' ? `for=${spoofed}` : spoofed;
    if (!(await isRunning(admin))) return skipped(`There is no admin listener at ${admin.origin}.`);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const id = ids.uuid();
      const headers = header === undefined ? {} : { [header]: claim };
      const sent = await get(`${publicOrigin}/v1/probe/${id}`, { headers, signal });
      if (!sent.answered || sent.status !== 204)
        return failed(
          `The probe was not answered (${sent.answered ? sent.status : sent.reason}).`,
          'Check that the proxy passes every path to the gateway.',
        );
      const found = await askFor(id, admin);
      if ('verdict' in found) return found;
      if (found.arrival)
        return judge(found.arrival, sent.local, { claim, means: header ?? 'the PROXY protocol' });
    }
    return skipped(
      `The gateway behind the admin listener received none of ${attempts} probes: other instances answer at the public origin, or others send probes too.`,
    );
  },
});

const askFor = async (
  id: string,
  admin: Deps['admin'],
): Promise<Outcome | { readonly arrival: Arrival | undefined }> => {
  try {
    const { body } = await admin.get(`/probes/${id}`, 'read');
    return { arrival: arrivalSchema.safeParse(body).data };
  } catch (error) {
    if (!hasCode(error, 'config_invalid') && !hasCode(error, 'admin_refused')) throw error;
    return skipped('The admin listener does not accept a token of these settings (admin.tokens, role read).');
  }
};

/** What the request claimed, and how proxies are to tell the client's address. */
interface Told {
  readonly claim: string;
  readonly means: string;
}

const judge = (arrival: Arrival, sender: Endpoint, expected: Told): Outcome => {
  const { peer, told, forwardedProto, client } = arrival;
  const facts = {
    peer: peer.address,
    ...(told !== null && { told }),
    ...(forwardedProto !== null && { forwardedProto }),
    client,
  };
  const isDirect = peer.address === sender.address && peer.port === sender.port;
  const verdict = isDirect ? judgeDirect(arrival, expected) : judgeProxied(arrival, sender, expected);
  return { ...verdict, facts };
};

/** No proxy between: this machine is the peer. */
const judgeDirect = ({ peer, peerTrusted, client }: Arrival, { means }: Told): Outcome => {
  if (client === peer.address) return ok(`There is no proxy; ${means} of clients is ignored.`);
  if (peerTrusted)
    return skipped('This machine connects directly and is itself one of trustedProxies: run it elsewhere.');
  return failed(`${means} of a client is trusted.`, 'Report this as a fault of Kinpass.');
};

const judgeProxied = (arrival: Arrival, sender: Endpoint, { claim, means }: Told): Outcome => {
  const { peer, peerTrusted, client, told } = arrival;
  const entries = told?.split(',').map((entry) => entry.trim()) ?? [];
  const isSpoofKept = entries[0] === claim;
  const added = isSpoofKept ? entries.slice(1) : entries;
  if (!peerTrusted && isSpoofKept && added.length === 0)
    return warning(
      `The connection comes from ${peer.address}, which does not tell the client's address by ${means}.`,
      `If it is a load balancer, let it tell the client's address, and add it to trustedProxies: all viewers share its address now. If it is the NAT of this machine, all is well.`,
    );
  if (!peerTrusted)
    return failed(
      `${peer.address} is a proxy that is not trusted: its address is taken for that of every client.`,
      `Add ${peer.address}, or its network, to trustedProxies.`,
    );
  if (client === spoofed && added[0]?.includes(sender.address))
    return skipped('This machine is itself one of trustedProxies: run it elsewhere.');
  if (client === spoofed)
    return failed(
      `Clients choose their own address: a proxy passes on ${means} without adding the client's.`,
      `Let the first proxy overwrite ${means} with the client's address, or append it.`,
    );
  if (added.length === 0)
    return failed(
      `The proxy ${peer.address} is trusted but does not tell the client's address.`,
      `Let it use ${means}.`,
    );
  return ok('The client address is the one that the proxies tell.');
};
