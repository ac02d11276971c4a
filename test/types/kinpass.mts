// Compiled against the packed package: what a program that embeds the gateway relies on.
import { createServer, type Server } from 'node:http';
import {
  type Config,
  type ConfigInput,
  createGateway,
  type ErrorCode,
  type Gateway,
  type KinpassError,
  type loadConfig,
  type Overrides,
  parseConfig,
} from 'kinpass';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const hold = <_ extends true>(): void => {};

hold<Same<ReturnType<typeof createGateway>, Promise<Gateway>>>();
hold<Same<Parameters<typeof createGateway>[0], Config>>();
hold<Same<NonNullable<Parameters<typeof createGateway>[1]>, Overrides>>();
hold<Same<ReturnType<typeof loadConfig>, Promise<Config>>>();
hold<Same<ReturnType<typeof parseConfig>, Config>>();
hold<Same<Config['publicOrigin'], string>>();
hold<Same<KinpassError['code'], ErrorCode>>();
hold<Same<ReturnType<Gateway['close']>, Promise<void>>>();

const input: ConfigInput = {
  publicOrigin: 'https://gateway.example',
  identityProviders: [
    { id: 'dtc', kind: 'oidc', label: 'DTC', clientId: 'c', issuer: 'https://dtc.example' },
  ],
  families: [{ id: 'ref', identityProviders: ['dtc'], serviceToken: { issuer: 'https://sso.example' } }],
  apps: [],
};

export const embed = async (clock: NonNullable<Overrides['clock']>): Promise<Server> => {
  const gateway = await createGateway(parseConfig(input), { clock });
  gateway.keyRing.onChange(() => {});
  return createServer(gateway.app.callback()).on('close', () => void gateway.close());
};
