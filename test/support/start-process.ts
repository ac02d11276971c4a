import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { minimalSettings } from './minimal-settings.ts';

interface Options {
  readonly env?: Record<string, string>;
  /** What runs it: a command that ends in that which it is given. */
  readonly within?: readonly string[];
}

/** A gateway in a process of its own, with its database in a file, and what it is asked. */
export const startProcess = async (file: string, { env = {}, within = [] }: Options = {}) => {
  const settings = minimalSettings({
    public: { host: '127.0.0.1', port: 0 },
    admin: { port: 0 },
    keys: { directory: join(file, '../../keys') },
    store: { kind: 'sqlite', file },
    limits: { registrations: { count: 100_000 } },
  });
  const script = join(import.meta.dirname, '../scenarios/processes/serve.ts');
  const [command = '', ...args] = [
    ...within,
    process.execPath,
    '--conditions=kinpass-source',
    script,
    JSON.stringify(settings),
  ];
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [open = '', admin = ''] = line.split(' ').map((port) => `http://127.0.0.1:${port}`);
  return {
    pid: child.pid,
    admin,
    /** Writes one row. */
    register: async () => {
      const body = JSON.stringify({ software_statement: 'statement' });
      const headers = { 'content-type': 'application/json' };
      return fetch(`${open}/o/client/register`, { method: 'POST', body, headers });
    },
    /** A call that reads the database, and one that does not. */
    look: async () => {
      const headers = { authorization: 'Bearer nobody', 'ap-device-identifier': 'fingerprint YWJj' };
      const called = await fetch(`${open}/api/v2/REF30/profiles`, { headers });
      return [called.status, (await fetch(`${admin}/livez`)).status];
    },
  };
};
