import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Answer, ClientCredentials } from '#src/adobe-pass/types';
import type { AppConfig } from '#src/config/schema';
import { statementsOf } from '#src/config/software-statements';
import type { Device } from '#src/lib/device';
import { once } from '#src/lib/once';
import { operations } from '#src/rest-v2/operations';

/**
 * One app at Adobe, as an installation of the doctor's own: it registers once, whoever of the checks asks first, and
 * never uses what viewers have.
 */
export interface AdobeClient {
  /** Errors: those of `AdobePass.register`. */
  credentials(): Promise<ClientCredentials>;
  /** Errors: those of `AdobePass.accessToken`. */
  accessToken(): Promise<string>;
  /** Errors: those of `AdobePass.call`. */
  configuration(serviceProvider: string): Promise<Answer>;
}

interface Deps {
  readonly adobe: Pick<AdobePass, 'register' | 'accessToken' | 'call'>;
  readonly app: Pick<AppConfig, 'environment' | 'softwareStatement' | 'serviceProviders'>;
  readonly device: Device;
}

export const createAdobeClient = ({ adobe, app, device }: Deps): AdobeClient => {
  const { environment, serviceProviders } = app;
  const [softwareStatement] = statementsOf(app);
  // Not aborted by the signal of one check, since others wait for the same: calls to Adobe have their own time limit.
  const credentials = once(() => adobe.register({ environment, softwareStatement, device }));
  const accessToken = once(async () => adobe.accessToken(await credentials(), { device }));
  const configurations = new Map(
    serviceProviders.map((serviceProvider) => [
      serviceProvider,
      once(async () => {
        const call = { credentials: await credentials(), device, serviceProvider };
        return adobe.call(operations.configuration, call);
      }),
    ]),
  );
  return {
    credentials,
    accessToken,
    configuration: async (serviceProvider) => {
      const read = configurations.get(serviceProvider);
      if (!read) throw new Error(`the app has no service provider ${serviceProvider}`);
      return read();
    },
  };
};

/**
 * The device that the doctor claims to be for the app at this place in the settings. Adobe throttles by address: each
 * app has its own, of a network that no viewer is in (RFC 5737).
 */
export const doctorDevice = (index: number): Device => ({
  identifier: `fingerprint ${base64('kinpass-doctor')}`,
  info: base64(JSON.stringify(deviceInfo)),
  address: `192.0.2.${(index % 254) + 1}`,
  headers: { accept: 'application/json', 'user-agent': 'kinpass-doctor' },
});

const deviceInfo = {
  primaryHardwareType: 'Unknown',
  model: 'kinpass-doctor',
  version: '1',
  osName: 'Linux',
  osVersion: '1',
  connectionType: 'wired',
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
