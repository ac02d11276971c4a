import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { entriesOf } from '#src/cli/audit/entries';
import { systemClock } from '#src/lib/clock';
import type { Stores } from '#src/stores/ports';
import { verifyChain } from '#src/stores/verify-chain';
import { signIn } from '../support/builders.ts';
import { randomFrom } from '../support/random-from.ts';
import { openStores, sealingKey, temporaryFile } from './sqlite-files.ts';

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly lines: Interface;
}

const key = Buffer.from(sealingKey).toString('hex');
/** Arguments of a Node that runs a script of `processes` from the sources. */
const script = (name: string): readonly string[] => [
  '--conditions=kinpass-source',
  join(import.meta.dirname, 'processes', name),
];

const start = (command: string, args: readonly string[]): Child => {
  const process = spawn(command, args);
  onTestFinished(() => {
    process.kill('SIGKILL');
  });
  process.stderr.on('data', (text) => process.stdout.emit('error', new Error(String(text))));
  return { process, lines: createInterface({ input: process.stdout }) };
};

const node = (name: string, file: string): Child => start(process.execPath, [...script(name), file, key]);

const storeCodes = async (stores: Stores): Promise<void> => {
  for (let index = 0; index < 200; index += 1) {
    await stores.artifacts.upsert({ model: 'DeviceCode', id: `c${index}`, payload: {} }, systemClock.now());
  }
};

/** Lets the child spend, and answers what it said. */
const spent = async ({ process, lines }: Child): Promise<string[]> => {
  const said: string[] = [];
  lines.on('line', (line) => said.push(line));
  process.stdin.write('go\n');
  await once(lines, 'close');
  return said;
};

test('a process killed at any moment has lost nothing that it acknowledged', async () => {
  const file = await temporaryFile();
  const { process, lines } = node('write.ts', file);
  const acknowledged: string[] = [];
  lines.on('line', (id) => {
    acknowledged.push(id);
    if (acknowledged.length === 150) process.kill('SIGKILL');
  });
  await once(lines, 'close');

  await using stores = await openStores(file);
  expect(acknowledged.length).toBeGreaterThanOrEqual(150);
  for (const id of acknowledged) {
    expect((await stores.accounts.find(id))?.id).toBe(id);
    expect((await stores.credentials.byId(id))?.secret).toBe(id);
    expect(await stores.records.get('transaction', id, systemClock.now())).toBe(id);
    expect((await stores.artifacts.find('RefreshToken', id, systemClock.now()))?.consumedAt).toBeTypeOf(
      'number',
    );
  }
});

test('killed 50 times in the middle of refreshes, no token that was acknowledged is lost', {
  timeout: 180_000,
}, async () => {
  const file = await temporaryFile();
  await using stores = await openStores(file);
  const tokens = ['g0', 'g1', 'g2', 'g3'];
  for (const grant of tokens) {
    await stores.signIns.record(signIn({ grant }));
    const token = { model: 'RefreshToken', id: grant, payload: {}, grantId: grant };
    await stores.artifacts.upsert(token, systemClock.now());
  }
  const random = randomFrom(20_301);
  const ready = async () => {
    const child = node('refresh.ts', file);
    await once(child.lines, 'line');
    return child;
  };

  let next = ready();
  for (let kills = 0; kills < 50; kills += 1) {
    const { process, lines } = await next;
    next = ready();
    let toKill = 1 + Math.floor(random() * 40);
    lines.on('line', (line) => {
      const [device = '', token = ''] = line.split(' ');
      tokens[Number(device)] = token;
      toKill -= 1;
      if (toKill === 0) process.kill('SIGKILL');
    });
    process.stdin.write(`${tokens.join(' ')}\n`);
    await once(lines, 'close');
  }
  (await next).process.kill('SIGKILL');

  const now = systemClock.now();
  const live = await stores.artifacts.list('RefreshToken', { limit: 100, now });
  expect(live).toHaveLength(tokens.length);
  for (const token of tokens) {
    const spent = await stores.exchanges.findRedeemed('RefreshToken', token, now);
    const current = spent ? String(spent.answer?.['refresh_token']) : token;
    expect(await stores.artifacts.find('RefreshToken', current, now)).toBeDefined();
  }
});

test('three processes spend 200 codes, each of them once', async () => {
  const file = await temporaryFile();
  await using stores = await openStores(file);
  await storeCodes(stores);
  const children = [1, 2, 3].map(() => node('spend.ts', file));
  await Promise.all(children.map(({ lines }) => once(lines, 'line')));
  const won = (await Promise.all(children.map(spent))).flat();
  expect(won).toHaveLength(200);
  expect(new Set(won).size).toBe(200);
});

test('three processes that begin together make one database', async () => {
  const file = await temporaryFile();
  const children = [1, 2, 3].map(() => node('spend.ts', file));
  const ready = await Promise.all(children.map(({ lines }) => once(lines, 'line')));
  expect(ready).toEqual([['ready'], ['ready'], ['ready']]);
  await using stores = await openStores(file);
  await storeCodes(stores);
  expect((await Promise.all(children.map(spent))).flat()).toHaveLength(200);
});

test('three processes that record what they do make one chain', async () => {
  const file = await temporaryFile();
  const children = [1, 2, 3].map(() => node('record.ts', file));
  await Promise.all(children.map(({ lines }) => once(lines, 'line')));
  const numbers = (await Promise.all(children.map(spent))).flat().map(Number);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));

  await using stores = await openStores(file);
  const verified = await verifyChain(entriesOf(stores.audit), { complete: true });
  expect(verified).toMatchObject({ entries: 150, last: { seq: 150 } });
});

test('what no longer fits on the disk is refused, never acknowledged', async () => {
  const file = await temporaryFile();
  const before = await openStores(file);
  await storeCodes(before);
  await before.close();

  const limited = 'trap "" XFSZ; ulimit -f 500; exec "$@"';
  const child = start('sh', ['-c', limited, 'sh', process.execPath, ...script('spend.ts'), file, key]);
  await once(child.lines, 'line');
  const said = await spent(child);
  expect(said.pop()).toBe('refused gateway_unavailable');

  await using stores = await openStores(file);
  for (const id of said) {
    expect((await stores.artifacts.find('DeviceCode', id, systemClock.now()))?.consumedAt).toBeTypeOf(
      'number',
    );
  }
});
