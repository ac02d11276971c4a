import { type ApiAnswer, type Device, request } from '@kinpass/simulator/client';
import type { Fleet, Node } from '../support/start-fleet.ts';

type Headers = Readonly<Record<string, string>>;

/** A call of this device to one node, past the balancer. */
export const callAt = (
  fleet: Pick<Fleet, 'origin'>,
  { address }: Pick<Node, 'address'>,
  device: Device,
  { path = '/REF30/profiles', headers = {} }: { path?: string; headers?: Headers } = {},
): Promise<ApiAnswer> =>
  request({
    url: `${address}/api/v2${path}`,
    headers: {
      ...device.headers,
      host: new URL(fleet.origin).host,
      authorization: `Bearer ${device.tokens?.accessToken}`,
      ...headers,
    },
  });

/** What devices at these addresses have asked Adobe for, oldest first. */
export const askedAdobe = async ({ control }: Pick<Fleet, 'control'>, operation: string, address: string) =>
  (await control.requests()).filter(
    (asked) => asked.operation === operation && asked.headers['x-forwarded-for'] === address,
  );
