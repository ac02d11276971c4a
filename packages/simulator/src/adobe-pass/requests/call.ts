import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceProvider } from '#src/fixtures';
import type { Client } from '../state.ts';
import type { Owner, Viewer } from './viewer.ts';

/** A request for an operation of Adobe Pass, not yet checked. */
export interface Incoming {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The device's address: X-Forwarded-For, else the socket's. */
  readonly address: string;
}

/** A request with valid headers whose bearer may use the service provider. */
export interface Call extends Incoming {
  readonly client: Client;
  readonly serviceProvider: ServiceProvider;
  /** AP-Device-Identifier, the Base64 part; empty if the operation does not list the header. */
  readonly device: string;
  /** The user of the service token; null without a valid token or if the operation does not list the header. */
  readonly subject: string | null;
  /** The user of the platform's token, on the same terms. */
  readonly platformSubject: string | null;
  /** The MVPD that the partner's framework vouches for, on the same terms. */
  readonly partner: string | null;
}

export const ownerOf = ({ client, device, serviceProvider }: Call): Owner => ({
  client: client.id,
  device,
  serviceProvider: serviceProvider.id,
});

export const viewerOf = (call: Call): Viewer => ({
  owner: ownerOf(call),
  subject: call.subject,
  platformSubject: call.platformSubject,
  partner: call.partner,
});

/**
 * The viewer of an operation that takes a code instead of a device. Those operations list no service token; a
 * platform token counts where the switch `platformHeaders` accepts it everywhere.
 */
export const viewerAt = (owner: Owner, { platformSubject }: Pick<Call, 'platformSubject'>): Viewer => ({
  owner,
  subject: null,
  platformSubject,
  partner: null,
});
