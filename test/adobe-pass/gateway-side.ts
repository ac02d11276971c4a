import { type AdobePass, createAdobePass } from '#src/adobe-pass/adobe-pass';
import type { AdobeCallEvent } from '#src/adobe-pass/exchange';
import { createTransport, type Transport } from '#src/adobe-pass/transport';
import type { Answer, Call, Device } from '#src/adobe-pass/types';
import type { Config } from '#src/config/schema';
import { adobeSchema } from '#src/config/schema/adobe';
import { systemIds } from '#src/lib/ids';
import { createAllowances } from '#src/soft-state/local/allowances';
import type { LeaseStore, RecordStore } from '#src/stores/expiring-ports';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { type OperationCalls, operationCalls } from './operation-calls.ts';
import { type ScriptedAdobe, startScriptedAdobe } from './scripted-adobe.ts';

export type Pass = AdobePass & OperationCalls;

export interface GatewaySide extends AsyncDisposable {
  readonly adobe: ScriptedAdobe;
  readonly pass: Pass;
  readonly clock: ManualClock;
  readonly records: RecordStore;
  readonly leases: LeaseStore;
  readonly events: readonly AdobeCallEvent[];
  /** A second process beside the first: same store, same Adobe, own memory. */
  anotherProcess(): Pass;
  /** Lets time run whenever the work waits for nothing else. */
  meanwhile<T>(work: Promise<T>): Promise<T>;
}

export const device: Device = {
  identifier: 'fingerprint YmEyM2QxNDE=',
  info: 'eyJtb2RlbCI6IlRWIn0=',
  address: '203.0.113.7',
  headers: { accept: 'application/json', 'user-agent': 'TV/1.0' },
};

export const call: Call = {
  credentials: { id: 'client-1', secret: 'secret-1' },
  device,
  serviceProvider: 'REF30',
};

/** What an app sees of an answer. */
export const seen = ({ status, body }: Answer): Pick<Answer, 'status' | 'body'> => ({ status, body });

type Overrides = Partial<Omit<Config['adobe'], 'throttle' | 'environments'>> & {
  throttle?: Partial<Config['adobe']['throttle']>;
};

/** The client under test, real sockets and all, against a scripted Adobe; only its clock is ours. */
export const startGatewaySide = async ({ throttle, ...settings }: Overrides = {}): Promise<GatewaySide> => {
  const adobe = await startScriptedAdobe();
  const clock = createManualClock();
  const { records, leases } = createMemoryStores();
  const events: AdobeCallEvent[] = [];
  const processes: AdobePass[] = [];
  let underway = 0;
  /** Real sockets, counted: our clock must not outrun them. */
  const startTransport = (): Transport => {
    const transport = createTransport({ origin: adobe.origin, connectTimeout: 2_000, clock });
    return {
      close: transport.close,
      send: (request) => {
        underway += 1;
        return transport.send(request).finally(() => {
          underway -= 1;
        });
      },
    };
  };
  const anotherProcess = (): Pass => {
    const pass = createAdobePass({
      settings: {
        ...adobeSchema.parse({}),
        origin: adobe.origin,
        connectTimeout: 2_000,
        timeout: 10_000,
        throttle: { mode: 'regenerating', perSecond: 1000, burst: 1000, longestWait: 5_000, ...throttle },
        ...settings,
      },
      records,
      lock: createDistributedLock({ leases, clock, ids: systemIds }),
      allowances: createAllowances(),
      clock,
      maxTokens: 100,
      transport: startTransport(),
      observe: (event) => events.push(event),
    });
    processes.push(pass);
    return { ...pass, ...operationCalls(pass) };
  };
  return {
    adobe,
    clock,
    records,
    leases,
    events,
    anotherProcess,
    pass: anotherProcess(),
    meanwhile: async (work) => {
      let settled = false;
      const done = () => {
        settled = true;
      };
      work.then(done, done);
      while (!settled) {
        await new Promise(setImmediate);
        if (clock.waiting > 0 && underway === 0) await clock.advance(10);
      }
      return work;
    },
    [Symbol.asyncDispose]: async () => {
      for (const pass of processes) pass.close();
      await adobe[Symbol.asyncDispose]();
    },
  };
};
