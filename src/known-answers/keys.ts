import type { Call } from '#src/adobe-pass/types';
import { type Device, passThroughHeaders } from '#src/lib/device';
import { fingerprint } from '#src/lib/ids';
import { isJsonObject, parseJson, textMember } from '#src/lib/json';
import { createLru } from '#src/lib/lru';
import { compositeKey } from '#src/lib/single-flight';
import type { Input, Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';

const maxPlatforms = 2_000;

/**
 * What X-Device-Info says of a device, without the address and port of its connection, which change while the device stays the
 * same. A value that cannot be read stands for itself.
 */
export const createPlatformOf = (): ((info: string | undefined) => string) => {
  const known = createLru<string>(maxPlatforms);
  return (info = '') => {
    const found = known.get(info);
    if (found !== undefined) return found;
    const platform = withoutConnection(info);
    known.set(info, platform);
    return platform;
  };
};

const withoutConnection = (info: string): string => {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(info, 'base64').toString()), (name, value: unknown) =>
      name === 'connectionIp' || name === 'connectionPort' ? undefined : value,
    );
  } catch {
    return info;
  }
};

/** Every header of the device that the operation passes on: Adobe may answer by any of them. */
const passedOn = ({ headers, openApiHeaders = [] }: Operation, device: Device): readonly string[] =>
  passThroughHeaders
    .filter((name) => headers.includes(name) || openApiHeaders.includes(name))
    .map((name) => device.headers[name] ?? '');

/** Whom a service token names: `sub`, `iss`, then `aud`. It is reissued all the time, for the same subject. */
const subjectIn = (serviceToken: string): readonly string[] => {
  const payload = serviceToken.slice(serviceToken.indexOf('.') + 1, serviceToken.lastIndexOf('.'));
  const claims = parseJson(Buffer.from(payload, 'base64url').toString());
  if (!isJsonObject(claims)) return [];
  const { aud = '' } = claims;
  return [textMember(claims, 'sub') ?? '', textMember(claims, 'iss') ?? '', ...[aud].flat().map(String)];
};

/** An AP-Device-Identifier as it is kept. */
export const deviceOf = ({ identifier = '' }: Device): string => fingerprint(identifier);

/** What the keys of a call are made of, worked out once for each call. */
export interface Identity {
  readonly platform: string;
  /** `sub` of the service token first; empty without one. */
  readonly subject: readonly string[];
  readonly device: string;
}

export const createIdentify =
  (platformOf: ReturnType<typeof createPlatformOf>) =>
  ({ device, serviceToken }: Call): Identity => ({
    platform: platformOf(device.info),
    subject: serviceToken === undefined ? [] : subjectIn(serviceToken),
    device: deviceOf(device),
  });

/** Equal for two calls only if Adobe cannot tell them apart, but for the connection that they came by. */
export const profilesKey = (
  operation: Operation,
  call: Call,
  input: Input,
  { platform, subject }: Identity,
): string =>
  fingerprint(
    compositeKey(
      operation.name,
      call.serviceProvider,
      input.parameters?.['mvpd'] ?? '',
      call.credentials.id,
      call.device.identifier ?? '',
      platform,
      ...passedOn(operation, call.device),
      ...subject,
    ),
  );

/** Under which the profiles of a sign-in are stored: by the same, whatever form of answer the device accepts. */
export const savedKey = (call: Call, { platform, subject }: Identity, grant: string | null): string =>
  fingerprint(
    compositeKey(
      call.serviceProvider,
      call.credentials.id,
      call.device.identifier ?? '',
      platform,
      grant ?? '',
      ...passedOn(operations.getProfiles, {
        ...call.device,
        headers: { ...call.device.headers, accept: '' },
      }),
      ...subject,
    ),
  );

interface ConfigurationRequest {
  readonly environment: string;
  readonly serviceProvider: string;
  readonly device: Device;
  readonly input: Input;
}

/** The same for all viewers and apps: Adobe decides by service provider and platform. */
export const configurationKey = (
  operation: Operation,
  { environment, serviceProvider, device, input }: ConfigurationRequest,
  platform: string,
): string =>
  fingerprint(
    compositeKey(
      operation.name,
      environment,
      serviceProvider,
      platform,
      JSON.stringify(input.query ?? {}),
      ...passedOn(operation, device),
    ),
  );
