import { createHmac, createSecretKey } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

/** Texts by key, more than the memory may hold. */
export interface KeyIndex extends Disposable {
  get(key: string): string | undefined;
  /** Replaces what the keys had. */
  put(entries: Iterable<readonly [key: string, text: string]>): void;
}

/**
 * In a temporary database of this process alone, which SQLite removes, whatever ends the process. It holds keyed hashes of
 * the keys. `secret`: 32 random bytes, used once.
 */
export const openKeyIndex = (secret: Uint8Array): KeyIndex => {
  const hashKey = createSecretKey(secret);
  const hashOf = (key: string): Uint8Array => createHmac('sha256', hashKey).update(key).digest();
  const connection = new DatabaseSync('');
  connection.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;');
  connection.exec('CREATE TABLE entries (key BLOB PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID');
  const find = connection.prepare('SELECT text FROM entries WHERE key = ?');
  const insert = connection.prepare('INSERT OR REPLACE INTO entries (key, text) VALUES (?, ?)');
  return {
    get: (key) => {
      const text = find.get(hashOf(key))?.['text'];
      return typeof text === 'string' ? text : undefined;
    },
    put: (entries) => {
      connection.exec('BEGIN');
      for (const [key, text] of entries) insert.run(hashOf(key), text);
      connection.exec('COMMIT');
    },
    [Symbol.dispose]: () => connection.close(),
  };
};
