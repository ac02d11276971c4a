import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Mvpd, ServiceProvider } from '#src/fixtures';
import { mediaType } from '#src/site';
import type { AdobeContext } from './context.ts';
import { refuse } from './refusal.ts';
import type { Client } from './state.ts';
import type { Owner, Viewer } from './viewer.ts';

/** A request that reached an operation of Adobe Pass. */
export interface Incoming {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The device's address: X-Forwarded-For, else the socket's. */
  readonly address: string;
}

/** A request whose bearer may use the service provider, and whose headers hold. */
export interface Call extends Incoming {
  readonly client: Client;
  readonly serviceProvider: ServiceProvider;
  /** AP-Device-Identifier, the Base64 part; empty where the operation does not list it. */
  readonly device: string;
  /** Whom the service token speaks of, where the operation lists the header and the token holds. */
  readonly subject: string | null;
  /** Whom the platform's token speaks of, likewise. */
  readonly platformSubject: string | null;
  /** The MVPD that the partner's framework vouches for, likewise. */
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
 * Who asks where a code stands for the device. Those operations list no service token; the platform's counts where
 * it is honoured everywhere.
 */
export const viewerAt = (owner: Owner, { platformSubject }: Pick<Call, 'platformSubject'>): Viewer => ({
  ...{ owner, subject: null, platformSubject, partner: null },
});

export const findServiceProvider = (
  { fixtures }: Pick<AdobeContext, 'fixtures'>,
  id: string | undefined,
): ServiceProvider => {
  const found = fixtures.serviceProviders.find((serviceProvider) => serviceProvider.id === id);
  if (!found) throw refuse('invalid_parameter_service_provider');
  return found;
};

export const findMvpd = ({ fixtures }: Pick<AdobeContext, 'fixtures'>, id: string | undefined): Mvpd => {
  const found = fixtures.mvpds.find((mvpd) => mvpd.id === id);
  if (!found) throw refuse('invalid_parameter_mvpd');
  return found;
};

export const formOf = ({ headers, body }: Incoming): URLSearchParams => {
  if (mediaType(headers['content-type']) !== 'application/x-www-form-urlencoded')
    throw refuse('invalid_header_content_type');
  return new URLSearchParams(body);
};

const resourcesSchema = z.object({ resources: z.array(z.string().min(1)).min(1) });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isExactJson = (header: string | undefined): boolean =>
  /^application\/json\s*;\s*charset="?utf-8"?$/i.test(header ?? '');

export const resourcesOf = (
  { headers, body }: Incoming,
  { switches }: Pick<AdobeContext, 'switches'>,
): string[] => {
  const exact = switches.now.mediaTypeParameters === 'required';
  const { 'content-type': type, accept } = headers;
  const fits = exact
    ? isExactJson(type) && (accept === undefined || accept === '*/*' || isExactJson(accept))
    : mediaType(type) === 'application/json';
  if (!fits) throw refuse('invalid_header_content_type');
  const parsed = resourcesSchema.safeParse(parseJson(body));
  if (!parsed.success) throw refuse('invalid_parameter_resources');
  return parsed.data.resources;
};
