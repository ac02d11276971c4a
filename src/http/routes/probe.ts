import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { ProbeStore } from '#src/soft-state/ports';
import type { Handler } from '../context.ts';
import { guard, guardOut } from '../guard.ts';
import { peerAddress, type TrustedProxies } from '../trusted-proxies.ts';

const parameters = z.object({ id: z.uuid('must be a UUID') });

const received = z.string().max(1_024).nullable().catch(null);

const arrivalSchema = z.strictObject({
  peer: z.strictObject({ address: z.string(), port: z.int().nullable() }),
  peerTrusted: z.boolean(),
  /** The header in which proxies tell the client's address, as it arrived. */
  told: received,
  forwardedProto: received,
  client: z.string(),
});

interface Deps {
  readonly probes: ProbeStore;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface ProbeDeps extends Deps {
  readonly trustedProxies: TrustedProxies;
  readonly addressHeader: string | undefined;
}

/** Milliseconds. */
const keptFor = 60_000;

/**
 * Remembers how this request arrived, without its body and other headers: `kinpass doctor` sends it through the public
 * origin, to see whether proxies and `trustedProxies` fit together.
 */
export const createProbeHandler =
  ({ probes, clock, trustedProxies, addressHeader }: ProbeDeps): Handler =>
  async (ctx) => {
    const { id } = guard(parameters, ctx.params);
    const { remoteAddress = '', remotePort = null } = ctx.req.socket;
    const address = peerAddress(remoteAddress);
    const arrival = {
      peer: { address, port: remotePort },
      peerTrusted: trustedProxies.includes(address),
      told: addressHeader === undefined ? null : rawHeader(ctx.req.rawHeaders, addressHeader),
      forwardedProto: rawHeader(ctx.req.rawHeaders, 'x-forwarded-proto'),
      client: ctx.state.client.address,
    };
    await probes.remember({ id, arrival, expiresAt: clock.monotonic() + keptFor });
    ctx.status = 204;
    ctx.set('Cache-Control', 'no-store');
  };

/** As received: what other code finds in the headers is the gateway's own. */
const rawHeader = (raw: readonly string[], name: string): string | null => {
  const values = raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
  return values.length > 0 ? values.join(', ') : null;
};

/** How the request with this id arrived. Errors: gateway_not_found. */
export const createArrivalHandler =
  ({ probes, clock }: Deps): Handler =>
  async (ctx) => {
    const found = await probes.find(guard(parameters, ctx.params).id, clock.monotonic());
    if (!found) throw fail('gateway_not_found');
    ctx.body = guardOut(arrivalSchema, found);
  };
