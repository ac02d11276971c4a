import type { Deps as ServerDeps } from '../deps.ts';
import { devicePath } from '../pages/next-links.ts';
import type { ActivationFamilies } from './activation-families.ts';
import type { DeviceTickets } from './device-ticket.ts';
import { formatUserCode } from './user-code.ts';

interface Deps extends Pick<ServerDeps, 'findClient'> {
  readonly publicOrigin: string;
  readonly tickets: DeviceTickets;
  readonly families: ActivationFamilies;
}

/** Where a viewer takes the code of a client's device: by hand, on the page of its family, or by QR code, with the ticket. */
export const createDeviceLinks =
  ({ publicOrigin, tickets, families, findClient }: Deps) =>
  async (code: string, clientId: string) => {
    const link = new URL(devicePath, publicOrigin);
    link.search = new URLSearchParams({
      user_code: formatUserCode(code),
      ticket: tickets.of(code),
    }).toString();
    const client = await findClient(clientId);
    const path = families.find(client?.app.family ?? '')?.path ?? devicePath;
    return { verification_uri: `${publicOrigin}${path}`, verification_uri_complete: link.href };
  };

export type DeviceLinks = ReturnType<typeof createDeviceLinks>;
