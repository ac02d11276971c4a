import type { RecordedRequest } from '@kinpass/simulator';
import type { Device } from '@kinpass/simulator/client';
import { expect } from 'vitest';
import { reachedAdobe } from './answers.ts';
import type { TestWorld } from './start-gateway.ts';

/** The operations of REST V2 that take AD-Service-Token. Source: Adobe's page of that header. */
const withServiceToken = new Set([
  'sessions.create',
  'profiles.all',
  'profiles.mvpd',
  'decisions.preauthorize',
  'decisions.authorize',
  'logout',
]);

/** What was done, and the calls of the gateway that reached Adobe meanwhile; those of browsers have no bearer. */
export const callsDuring = async <T>(
  { control }: TestWorld,
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly calls: readonly RecordedRequest[]; readonly asked: string[] }> => {
  await control.clearRequests();
  const result = await act();
  const calls = reachedAdobe(await control.requests()).filter(
    ({ operation, headers }) => headers['authorization'] !== undefined || operation.startsWith('dcr.'),
  );
  return { result, calls, asked: calls.map(({ operation }) => operation) };
};

export const callOf = (calls: readonly RecordedRequest[], operation: string): RecordedRequest => {
  const found = calls.find((call) => call.operation === operation);
  if (!found) throw new Error(`Adobe got no ${operation}, but ${calls.map((call) => call.operation)}`);
  return found;
};

export const formOf = ({ body }: RecordedRequest): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(body ?? ''));

/** What Adobe answered. */
export const answerTo = ({ response }: RecordedRequest): unknown => JSON.parse(response?.body ?? 'null');

/** The device of an X-Device-Info. */
const deviceInfo = ({ headers }: RecordedRequest): unknown =>
  JSON.parse(Buffer.from(String(headers['x-device-info']), 'base64').toString());

/**
 * Each call names the device, its hardware and its address as they are, with a bearer that is Adobe's own; it carries a service
 * token, and one that Adobe can verify, if its operation takes one and somebody is signed in. Registrations are no device's.
 */
export const expectCallsOf = (
  device: Device,
  calls: readonly RecordedRequest[],
  { isSignedIn }: { readonly isSignedIn: boolean },
): void => {
  for (const call of calls.filter(({ operation }) => !operation.startsWith('dcr.'))) {
    const { operation, headers, serviceToken } = call;
    expect(headers['x-forwarded-for'], operation).toBe(device.address);
    expect(headers['authorization'], operation).toMatch(/^Bearer ./);
    expect(headers['authorization'], operation).not.toBe(`Bearer ${device.tokens?.accessToken}`);
    expect(headers['ap-device-identifier'], operation).toBe(device.headers['ap-device-identifier']);
    expect(deviceInfo(call), operation).toMatchObject({
      ...JSON.parse(Buffer.from(String(device.headers['x-device-info']), 'base64').toString()),
      connectionIp: device.address,
    });
    const isCarried = isSignedIn && withServiceToken.has(operation);
    expect(serviceToken?.verified, operation).toBe(isCarried ? true : undefined);
    expect('ad-service-token' in headers, operation).toBe(isCarried);
  }
};

/** Whom the service token of a call names. */
export const claimsIn = ({ serviceToken }: RecordedRequest): Readonly<Record<string, unknown>> =>
  serviceToken?.claims ?? {};
