import type { Config } from './schema.ts';

/** The header in which proxies tell the client's address, as it is usually written; undefined for the PROXY protocol. */
export const addressHeader = (source: Config['public']['clientAddress']): string | undefined => {
  if (source.from === 'header') return source.name;
  return { xForwardedFor: 'X-Forwarded-For', forwarded: 'Forwarded', proxyProtocol: undefined }[source.from];
};
