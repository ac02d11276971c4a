// What an entry of the caches costs: the heap of `kinpass serve` after so many viewers have called once, with each cache large
// or as small as it can be. `node --conditions=kinpass-source bench/caches.ts [VIEWERS]`
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/support/free-port.ts';
import { viewerAt } from './accounts/viewer.ts';
import { startKinpass } from './contenders/kinpass.ts';
import { openConnection } from './load/connection.ts';
import { nextMessage } from './next-message.ts';
import { headersOf, send } from './rows/request.ts';

const viewers = Number(process.argv[2] ?? 20_000);
const smallest = 1;

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const adobeProcess = fork(here('parties/adobe.ts'));
const adobe = await nextMessage<string>(adobeProcess);

/** Bytes of the heap, without garbage. */
const heapWith = async (caches: { readonly callers: number; readonly tokens: number }): Promise<number> => {
  process.env['KINPASS_CACHES_CALLERS'] = String(caches.callers);
  process.env['KINPASS_CACHES_TOKENS'] = String(caches.tokens);
  const kinpass = await startKinpass({
    clone: here('..'),
    port: await freePort(),
    accounts: viewers,
    adobe,
    plant: 0,
  });
  const connections = await Promise.all(Array.from({ length: 16 }, () => openConnection(kinpass.origin)));
  let next = 0;
  const callAll = async (connection: (typeof connections)[number]): Promise<void> => {
    while (next < viewers)
      await send(connection, { path: '/api/v2/REF30/profiles', headers: headersOf(viewerAt(next++)) });
  };
  await Promise.all(connections.map(callAll));
  for (const connection of connections) connection.close();
  const { heap } = await kinpass.memory();
  await kinpass.stop();
  return heap;
};

const neither = await heapWith({ callers: smallest, tokens: smallest });
const callers = await heapWith({ callers: viewers, tokens: smallest });
const tokens = await heapWith({ callers: smallest, tokens: viewers });
const perEntry = (heap: number): string =>
  `${((heap - neither) / (viewers - smallest) / 1_000).toFixed(1)} KB`;
console.log(`caches.callers  ${perEntry(callers)} per entry`);
console.log(`caches.tokens   ${perEntry(tokens)} per entry`);
adobeProcess.kill();
