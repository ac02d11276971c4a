/** What every place for keys promises. One suite, run against each of them. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { type KeyStorage, type LedgerChange, readOrMake } from '#src/config/secrets/key-storage';

/** Two processes that use the same keys. */
export interface KeyPlaces extends AsyncDisposable {
  readonly storage: KeyStorage;
  readonly rival: KeyStorage;
}

const count = 12;

export const describeKeyStorage = (name: string, open: () => Promise<KeyPlaces>): void => {
  const start = async (): Promise<KeyPlaces> => {
    const places = await open();
    onTestFinished(async () => places[Symbol.asyncDispose]());
    return places;
  };
  /** Each of the rivals at once. */
  const atOnce = <T>(
    { storage, rival }: KeyPlaces,
    act: (through: KeyStorage, index: number) => Promise<T>,
  ) => Promise.all(Array.from({ length: count }, (_, index) => act(index % 2 ? storage : rival, index)));
  const change = (through: KeyStorage, changed: LedgerChange) =>
    through.changeLedger(async () => ({ change: changed, result: undefined }));

  describe(name, () => {
    test('has nothing at first', async () => {
      const { storage } = await start();
      expect(await storage.list()).toEqual([]);
      expect(await storage.read('a.secret')).toBeUndefined();
      expect(await storage.readLedger()).toBeUndefined();
    });

    test('what one process creates, all of them read; nothing is overwritten', async () => {
      const { storage, rival } = await start();
      expect(await storage.create('b.secret', 'first')).toBe(true);
      expect(await rival.create('b.secret', 'second')).toBe(false);
      expect(await rival.create('a.secret', 'third')).toBe(true);
      expect(await storage.list()).toEqual(['a.secret', 'b.secret']);
      expect(await storage.read('b.secret')).toBe('first');
      expect(storage.place('b.secret')).toContain('b.secret');
    });

    test('of several first starts one makes the secret, and all have it', async () => {
      const places = await start();
      const texts = await atOnce(places, (through, index) =>
        readOrMake(through, 'a.secret', () => `text ${index}`),
      );
      expect(new Set(texts).size).toBe(1);
    });

    test('the ledger grows as it was written, whoever writes', async () => {
      const { storage, rival } = await start();
      await change(storage, { append: 'one\n' });
      await change(rival, { append: 'two\nthree\n' });
      expect(await storage.readLedger()).toBe('one\ntwo\nthree\n');
      expect(await rival.list()).toEqual([]);
    });

    test('writers see the lines of the others, and no line is lost', async () => {
      const places = await start();
      const seen = await atOnce(places, (through, index) =>
        through.changeLedger(async (ledger = '') => ({
          change: { append: `${index}\n` },
          result: ledger.split('\n').length - 1,
        })),
      );
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
      const lines = (await places.storage.readLedger())?.trimEnd().split('\n').map(Number);
      expect(lines?.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    });

    test('of rivals that each begin the ledger with a file of its own, one does', async () => {
      const places = await start();
      await atOnce(places, (through, index) =>
        through.changeLedger(async (ledger) => ({
          change: ledger
            ? { append: '' }
            : { append: `${index}\n`, create: [{ name: 'service-token.pem', text: `key ${index}` }] },
          result: undefined,
        })),
      );
      const [line] = (await places.storage.readLedger())?.trimEnd().split('\n') ?? [];
      expect(await places.storage.readLedger()).toBe(`${line}\n`);
      expect(await places.storage.read('service-token.pem')).toBe(`key ${line}`);
    });

    test('files come and go with the lines about them', async () => {
      const { storage, rival } = await start();
      await change(storage, { append: 'one\n', create: [{ name: 'service-token.pem', text: 'key' }] });
      expect(await rival.read('service-token.pem')).toBe('key');
      await change(storage, { append: 'two\n', create: [{ name: 'service-token.pem', text: 'other' }] });
      expect(await rival.read('service-token.pem')).toBe('key');
      await change(storage, { append: '', remove: ['service-token.pem', 'gone.pem'] });
      expect(await rival.list()).toEqual([]);
      expect(await rival.readLedger()).toBe('one\ntwo\n');
    });

    test('a change that fails changes nothing', async () => {
      const { storage } = await start();
      await change(storage, { append: 'one\n' });
      const before = await storage.fingerprint();
      await expect(storage.changeLedger(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(await storage.readLedger()).toBe('one\n');
      expect(await storage.fingerprint()).toBe(before);
    });

    test('the fingerprint tells of keys and ledger', async () => {
      const { storage, rival } = await start();
      const seen = [await storage.fingerprint()];
      await change(rival, { append: 'one\n', create: [{ name: 'service-token.pem', text: 'key' }] });
      seen.push(await storage.fingerprint());
      await change(rival, { append: 'two\n' });
      seen.push(await storage.fingerprint());
      await change(rival, { append: '', remove: ['service-token.pem'] });
      seen.push(await storage.fingerprint());
      expect(new Set(seen).size).toBe(4);
      expect(await storage.fingerprint()).toBe(seen[3]);
    });
  });
};
