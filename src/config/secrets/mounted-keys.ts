import { invalidKeys } from '#src/lib/rsa-key';
import { type KeyStorage, ledgerName } from './key-storage.ts';

/**
 * Keys in a folder that is only read, such as a mounted secret, with their ledger elsewhere. If there is none yet, a ledger
 * that lies in the folder is where it begins. Files are added and removed by whoever fills the folder.
 */
export const createMountedKeys = (folder: KeyStorage, ledger: KeyStorage): KeyStorage => {
  const missing = (name: string) =>
    invalidKeys(
      folder.place(name),
      'is missing, and the folder is only read (keys.in): add it to what is mounted there',
    );
  return {
    ...folder,
    place: (name) => (name === ledgerName ? ledger : folder).place(name),
    create: async (name) => {
      if ((await folder.read(name)) === undefined) throw missing(name);
      return false;
    },
    readLedger: async () => (await ledger.readLedger()) ?? folder.readLedger(),
    changeLedger: (decide) =>
      ledger.changeLedger(async (text) => {
        const earlier = text === undefined ? await folder.readLedger() : undefined;
        const { change, result } = await decide(text ?? earlier);
        for (const { name } of change.create ?? [])
          if ((await folder.read(name)) === undefined) throw missing(name);
        return { change: { append: change.append && (earlier ?? '') + change.append }, result };
      }),
    clear: ledger.clear,
    fingerprint: async () => `${await folder.fingerprint()}\n${await ledger.fingerprint()}`,
  };
};
