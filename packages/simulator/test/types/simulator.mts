// Compiled against the packed package: what another project's tests rely on.
import {
  type Control,
  type Fixtures,
  type Origins,
  type PartyName,
  type RecordedRequest,
  type Simulator,
  type SimulatorError,
  type SimulatorOptions,
  startSimulator,
  type User,
} from '@kinpass/simulator';
import type { Browser, createBrowser, Page } from '@kinpass/simulator/browser';
import type { runWorld, WorldFlags } from '@kinpass/simulator/cli';
import {
  type ApiAnswer,
  createControl,
  type createDevice,
  type Device,
  type request,
} from '@kinpass/simulator/client';
import { createNarrator, type playStory, type Stage } from '@kinpass/simulator/story';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const hold = <_ extends true>(): void => {};

hold<Same<NonNullable<Parameters<typeof startSimulator>[0]>, SimulatorOptions>>();
hold<Same<ReturnType<typeof startSimulator>, Promise<Simulator>>>();
hold<Same<Simulator['origins'], Origins>>();
hold<Same<keyof Origins, PartyName>>();
hold<Same<Simulator['control'], Control>>();
hold<Same<ReturnType<Control['requests']>, RecordedRequest[]>>();
hold<Same<ReturnType<Control['idToken']>, Promise<string>>>();
hold<Same<Fixtures['users'], readonly User[]>>();
hold<Same<SimulatorError['hint'], string | undefined>>();
hold<Same<ReturnType<typeof createBrowser>, Browser>>();
hold<Same<ReturnType<Browser['open']>, Promise<Page>>>();
hold<Same<ReturnType<typeof createDevice>, Device>>();
hold<Same<ReturnType<Device['profiles']>, Promise<ApiAnswer>>>();
hold<Same<ReturnType<typeof request>, Promise<ApiAnswer>>>();
hold<Same<ReturnType<typeof playStory>, Promise<Stage>>>();
hold<Same<Parameters<typeof runWorld>, [flags: WorldFlags]>>();

export const narrator = createNarrator((line: string) => line);
export const control = createControl('http://localhost:9090');

export const play = async (): Promise<number> => {
  const world = {
    mvpds: [{ id: 'HillCable' }],
    serviceProviders: [{ id: 'NEWS' }],
    apps: [{ id: 'news-tv', serviceProviders: ['NEWS'] }],
    users: [{ id: 'dee', subscriptions: [{ mvpd: 'HillCable', resources: ['NEWS'] }] }],
  };
  await using simulator = await startSimulator({ ports: 0, world });
  simulator.control.faults.add({ match: { party: 'adobe' }, fault: { kind: 'status', status: 503 } });
  return simulator.fixtures.users.length;
};
