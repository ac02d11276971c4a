import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Mvpd, ServiceProvider } from '../fixtures.ts';
import { mediaType } from '../site.ts';
import type { AdobeContext } from './context.ts';
import { readDeviceIdentifier, readDeviceInfo } from './device.ts';
import { refuse } from './refusal.ts';
import type { Client } from './state.ts';

/** A request that reached an operation of Adobe Pass. */
export interface Incoming {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The device's address: X-Forwarded-For, else the socket's. */
  readonly address: string;
}

/** A request whose bearer may use the service provider. */
export interface Call extends Incoming {
  readonly client: Client;
  readonly serviceProvider: ServiceProvider;
  /** Issuer and subject of the service token, where the operation lists the header and the token holds. */
  readonly subject: string | null;
}

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

export const requireIntegration = (serviceProvider: ServiceProvider, mvpd: string): void => {
  if (!serviceProvider.mvpds.includes(mvpd)) throw refuse('invalid_integration');
};

/** The device of a call that lists both device headers. */
export const deviceOf = ({ headers }: Incoming): string => {
  const device = readDeviceIdentifier(headers['ap-device-identifier']);
  readDeviceInfo(headers['x-device-info']);
  return device;
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

export const resourcesOf = ({ headers, body }: Incoming): string[] => {
  if (mediaType(headers['content-type']) !== 'application/json') throw refuse('invalid_header_content_type');
  const parsed = resourcesSchema.safeParse(parseJson(body));
  if (!parsed.success) throw refuse('invalid_parameter_resources');
  return parsed.data.resources;
};
