import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createLocalSoftState } from '../local/create.ts';
import type { SoftState } from '../ports.ts';
import { createAllowances } from './allowances.ts';
import type { LinkState } from './circuit.ts';
import { createDeviceMemory } from './device-memory.ts';
import { createLink, type Link } from './link.ts';
import { createNames, type Sealing } from './names.ts';
import { beatInterval, createNodes } from './nodes.ts';
import { createNotices } from './notices.ts';
import { createPaces } from './paces.ts';
import { createPolls } from './polls.ts';
import { createProbes } from './probes.ts';
import { serverTime } from './script.ts';
import { openSession } from './session.ts';
import type { RedisSettings } from './settings.ts';
import { createSettling } from './settling.ts';

export interface SharedState {
  readonly softState: SoftState;
  /** Whether the server is there, and how many nodes share it, or would. */
  state(): LinkState & { readonly nodes: number };
  readonly counts: Link['counts'];
  close(): Promise<void>;
}

interface Deps {
  readonly settings: RedisSettings;
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'secret'>;
  /** Whether this process serves apps: the others spend no allowances. */
  readonly counts: boolean;
  /** The server is there, or away: once for each change. */
  changed(state: LinkState): void;
  /** Lua that sets `now` in scripts. */
  readonly time?: string;
}

/** Milliseconds that a start waits for the server. */
const maxStart = 1_000;

/**
 * The soft state in Valkey or Redis, shared by all nodes of a gateway. While the server is away each goes on with a state of
 * its own. Resolves when it is connected, or a second later: never rejects.
 */
export const openSharedState = async (deps: Deps): Promise<SharedState> => {
  const { settings, sealing, clock, ids, time = serverTime, changed } = deps;
  const id = ids.secret(9);
  const names = createNames(settings.prefix, sealing);
  const nodes = createNodes({ names, id, counts: deps.counts, assumed: settings.nodes, clock });
  const memory = createDeviceMemory(names);
  const { recall, settle } = createSettling({ memory, nodes, clock });
  const own = createLocalSoftState().join();
  const closed = new AbortController();
  const link: Link = createLink({
    open: (events) => openSession(settings, events),
    time,
    clock,
    timeout: settings.timeout,
    beside: names.beside,
    changed,
    enter: async (run, isFirst, goUp) => {
      if (!(await nodes.beat(run))) throw new Error(unheard);
      await recall(run);
      const wait = await nodes.untilReturn(run, !isFirst);
      if (wait > 0) await clock.wait(wait, closed.signal);
      while (!settle(run)) await new Promise(setImmediate);
      goUp();
    },
  });
  const softState = {
    allowances: createAllowances({ link, memory, nodes, clock }),
    paces: createPaces({ link, names, own: own.paces }),
    probes: createProbes({ link, names, sealing, clock, own: own.probes }),
    polls: createPolls({ link, names, sealing, id, own: own.polls }),
    notices: createNotices({ link, names, sealing, id }),
  };

  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.wait(beatInterval, closed.signal);
      if (!link.isUp) continue;
      const isHeard = await nodes.beat((...call) => link.call('nodes', ...call)).catch(() => true);
      if (!isHeard) link.drop(unheard);
    }
  };
  beat().catch(() => undefined); // ends by its signal only

  await startWithin(maxStart, link.tried);
  return {
    softState,
    state: () => ({ ...link.state(), nodes: nodes.count() }),
    counts: link.counts,
    close: async () => {
      closed.abort(new Error('the shared state is closed'));
      if (link.isUp) await nodes.leave((...call) => link.call('nodes', ...call)).catch(() => undefined);
      link.close();
    },
  };
};

const unheard = 'messages do not arrive';

const startWithin = async (ms: number, work: Promise<void>): Promise<void> => {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
};
