// The thread that writes: the only one of the process that waits for the disk and for the locks of other processes.
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '#src/lib/clock';
import { createSeal } from '../seal.ts';
import { createDatabase } from './database.ts';
import { whileServing } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { openFile } from './open-file.ts';
import { packError } from './packed-error.ts';
import { createConnectedStores } from './stores.ts';
import type { Answer, Call, Request, Response, WriterData } from './writer-messages.ts';

type Methods = Record<string, Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;

const { file, sealingKey } = workerData as WriterData;

const say = (response: Response): void => parentPort?.postMessage(response);

const open = () => {
  const seal = createSeal(sealingKey);
  const { connection, checkedFor } = openFile(file, seal, systemClock);
  const stores = createConnectedStores(createDatabase(connection, createGroupCommit(connection)), seal);
  say({ opened: { checkedFor } });
  return { connection, stores: stores as unknown as Methods };
};

const serve = ({ connection, stores }: ReturnType<typeof open>): void => {
  let answers: Answer[] = [];
  const sendAnswers = (): void => {
    say({ answers });
    answers = [];
  };
  const answer = (given: Answer): void => {
    if (answers.length === 0) setImmediate(sendAnswers);
    answers.push(given);
  };
  const run = async ({ id, store, method, args }: Call): Promise<void> => {
    try {
      answer({ id, result: await stores[store]?.[method]?.(...args) });
    } catch (error) {
      answer({ id, error: packError(whileServing(error, file)) });
    }
  };
  parentPort?.on('message', (request: Request) => {
    if (request !== 'close') {
      for (const call of request) void run(call);
    } else {
      connection.close();
      parentPort?.close();
    }
  });
};

try {
  serve(open());
} catch (error) {
  say({ refused: packError(error) });
}
