// Answers lines: `write N` writes N records, says `sent` when the writes are on their way, and `written` for each;
// `read` says which of the records are there; `close` closes the stores.
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';

const [file = '', key = ''] = process.argv.slice(2);
const stores = await openSqliteStores({
  file,
  sealingKey: Buffer.from(key, 'hex'),
  log: createLog('silent'),
});
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
let written = 0;

const write = async (): Promise<void> => {
  const id = `r${written}`;
  written += 1;
  await stores.records.put('transaction', id, { value: id, expiresAt: Number.MAX_SAFE_INTEGER });
  say('written');
};

const read = async (): Promise<void> => {
  const ids = Array.from({ length: written }, (_, index) => `r${index}`);
  const found = await Promise.all(ids.map((id) => stores.records.get('transaction', id, 0)));
  say(`read ${found.filter((value) => value !== undefined).length} of ${written}`);
};

say('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(' ');
  if (command === 'read') await read();
  if (command === 'close') await stores.close();
  if (command === 'write') {
    for (let index = 0; index < Number(count); index += 1) void write();
    await setImmediate();
    say('sent');
  }
}
