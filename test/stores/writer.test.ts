import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fail, KinpassError } from '#src/lib/errors';
import { createSeal } from '#src/stores/seal';
import { createDatabase } from '#src/stores/sqlite/database';
import { joinStores } from '#src/stores/sqlite/join-stores';
import { migrate } from '#src/stores/sqlite/migrate';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { packError, unpackError } from '#src/stores/sqlite/packed-error';
import { createConnectedStores } from '#src/stores/sqlite/stores';
import { createWaitingCalls } from '#src/stores/sqlite/waiting-calls';
import type { Answer, Call } from '#src/stores/sqlite/writer-messages';
import { instance } from '../support/builders.ts';
import { openStores, sealingKey, temporaryFile } from './sqlite-files.ts';

const unknown = { code: 'gateway_unavailable', detail: expect.stringContaining('is not known') };

describe('writes', () => {
  test('of one turn succeed and fail each by itself', async () => {
    await using stores = await openStores(await temporaryFile());
    const add = (id: string) => stores.instances.add(instance({ id }));
    const settled = await Promise.allSettled([add('a'), add('a'), add('b')]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { message: 'UNIQUE constraint failed: instances.id' } });
    expect([await stores.instances.find('a'), await stores.instances.find('b')]).not.toContain(undefined);
  });

  test('beyond 5,000 that wait are refused at once', async () => {
    const file = await temporaryFile();
    await using stores = await openStores(file);
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const waiting = Promise.allSettled(Array.from({ length: 5_000 }, () => stores.ping()));
    await expect(stores.ping()).rejects.toMatchObject({
      detail: expect.stringContaining('5000 writes are waiting'),
    });
    other.exec('COMMIT');
    await waiting;
  });

  test('of one caller are done in their order', async () => {
    await using stores = await openStores(await temporaryFile());
    const values = Array.from({ length: 50 }, (_, index) => index);
    const put = (value: number) => stores.records.put('transaction', 'key', { value, expiresAt: 1 });
    const taken = values.map(async (value) => {
      void put(value);
      return stores.records.take('transaction', 'key', 0);
    });
    expect(await Promise.all(taken)).toEqual(values);
  });
});

describe('the thread that writes', () => {
  /** Stores, their thread, and what they logged. */
  const start = async (file: string) => {
    const started = once(process, 'worker') as Promise<[Worker]>;
    const warnings: object[] = [];
    const log = { warn: (fields: object) => void warnings.push(fields) };
    const stores = await openSqliteStores({ file, sealingKey, log });
    onTestFinished(() => stores.close());
    const [thread] = await started;
    return { stores, thread, warnings };
  };

  test('that ends by itself leaves writes of which nobody knows; the next write starts another', async () => {
    const file = await temporaryFile();
    const { stores, thread, warnings } = await start(file);
    await stores.instances.add(instance({ id: 'before' }));
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const writing = expect(stores.instances.add(instance({ id: 'lost' }))).rejects.toMatchObject(unknown);
    await thread.terminate();
    await writing;
    expect(warnings).toHaveLength(1);
    expect(await stores.instances.find('before')).toBeDefined();
    other.exec('COMMIT');
    await stores.instances.add(instance({ id: 'after' }));
    expect(await stores.instances.find('after')).toBeDefined();
  });

  test('cannot be replaced while the database cannot be opened: writes are refused, and the process goes on', async () => {
    const file = await temporaryFile();
    const { stores, thread } = await start(file);
    await thread.terminate();
    const other = new DatabaseSync(file);
    other.exec('PRAGMA user_version = 999');
    await expect(stores.ping()).rejects.toMatchObject({ ...unknown, cause: { code: 'store_invalid' } });
    other.close();
  });
});

describe('reads', () => {
  test('that meet a lock are done by the thread that writes, where waiting holds up nobody', async () => {
    const connection = new DatabaseSync(':memory:');
    onTestFinished(() => connection.close());
    migrate(connection, ':memory:');
    const reader = createConnectedStores(createDatabase(connection), createSeal(sealingKey));
    const broken = (errcode: number) => async () => {
      throw Object.assign(new Error(), { errcode });
    };
    const changes = { record: broken(261), latest: broken(261), since: broken(10) }; // busy while another recovers; failing disk
    const called: unknown[] = [];
    const call = async (request: object) => {
      called.push(request);
      return 7;
    };
    const stores = joinStores({ reader: { ...reader, changes }, writer: { call }, file: 'kinpass.db' });
    expect(await stores.changes.latest()).toBe(7);
    expect(called).toEqual([{ store: 'changes', method: 'latest', args: [] }]);
    await expect(stores.changes.since(1, 2)).rejects.toMatchObject({ code: 'gateway_unavailable' });
    expect(await stores.accounts.find('nobody')).toBeUndefined();
    expect(called).toHaveLength(1);
  });
});

describe('calls that wait', () => {
  const start = (limits: { maxWaiting?: number; maxWait?: number } = {}) => {
    const sent: Call[] = [];
    const busy: boolean[] = [];
    const calls = createWaitingCalls({
      file: 'kinpass.db',
      maxWaiting: 10,
      maxWait: 60_000,
      ...limits,
      send: (batch) => sent.push(...batch),
      busy: (isBusy) => busy.push(isBusy),
    });
    const add = (method: string) => calls.add({ store: 'records', method, args: [] });
    const answer = (...results: unknown[]) =>
      calls.settle(results.map((result, index): Answer => ({ id: index + 1, result })));
    return { ...calls, add, answer, sent, busy };
  };

  test('are refused beyond a number, until others were answered', async () => {
    const { add, answer } = start({ maxWaiting: 2 });
    const first = [add('a'), add('b')];
    await expect(add('c')).rejects.toMatchObject({
      code: 'gateway_unavailable',
      retryAfter: 1,
      detail: 'kinpass.db: 2 writes are waiting',
    });
    answer('A', 'B');
    expect(await Promise.all(first)).toEqual(['A', 'B']);
    const next = add('d');
    answer('nobody', 'nobody', 'D');
    expect(await next).toBe('D');
  });

  test('are given up if no answer comes, and an answer that is late is nobody’s', async () => {
    const { add, answer } = start({ maxWait: 1 });
    await expect(add('a')).rejects.toMatchObject(unknown);
    answer('late');
  });

  test('are given up after a whole wait each, not with those before them', async () => {
    const { add } = start({ maxWait: 1 });
    const [first, second] = [add('a'), add('b')];
    await expect(first).rejects.toMatchObject(unknown);
    expect(await Promise.race([second, Promise.resolve('waits')])).toBe('waits');
    await expect(second).rejects.toMatchObject(unknown);
  });

  test('that were given up count until the thread has answered them', async () => {
    const { add, answer } = start({ maxWaiting: 2, maxWait: 1 });
    await expect(add('a')).rejects.toMatchObject(unknown);
    await expect(add('b')).rejects.toMatchObject(unknown);
    await expect(add('c')).rejects.toMatchObject({ detail: 'kinpass.db: 2 writes are waiting' });
    answer('late');
    await expect(add('d')).rejects.toMatchObject(unknown);
  });

  test('are waited for by all who ask', async () => {
    const { add, answer, empty } = start();
    const call = add('a');
    const both = [empty(), empty()];
    answer('A');
    await Promise.all([call, ...both]);
  });

  test('are sent together, keep the process alive, and are waited for', async () => {
    const { add, answer, empty, sent, busy } = start();
    await empty();
    const calls = [add('a'), add('b')];
    expect(sent).toEqual([]);
    await new Promise(setImmediate);
    expect(sent.map(({ method }) => method)).toEqual(['a', 'b']);
    expect(busy).toEqual([true]);
    const emptied = empty();
    answer('A', 'B');
    await emptied;
    expect(await Promise.all(calls)).toEqual(['A', 'B']);
    expect(busy).toEqual([true, false]);
  });
});

describe('errors cross the threads', () => {
  const across = (error: unknown): Error => unpackError(structuredClone(packError(error)));

  test('with both halves, and their causes', () => {
    const cause = Object.assign(new Error('disk I/O error', { cause: new TypeError('why') }), {
      code: 'ERR_SQLITE_ERROR',
      errcode: 10,
      errstr: 'disk I/O error',
      secret: 'not passed on',
    });
    const context = { hint: 'h', field: 'f', retryAfter: 2, detail: 'd', facts: { a: 'b' }, cause };
    const error = fail('store_invalid', context);
    const arrived = across(error);
    expect(arrived).toBeInstanceOf(KinpassError);
    expect(arrived).toMatchObject({ ...error, stack: error.stack, message: error.message });
    expect(arrived.cause).toMatchObject({ errcode: 10, errstr: 'disk I/O error', stack: cause.stack });
    expect(arrived.cause).not.toHaveProperty('secret');
    expect((arrived.cause as Error).cause).toMatchObject({ name: 'TypeError', message: 'why' });
  });

  test('also what is no error', () => {
    expect(across('thrown')).toMatchObject({ message: 'thrown' });
  });
});
