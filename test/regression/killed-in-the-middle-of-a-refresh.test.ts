import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from '@kinpass/simulator/client';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#src/lib/clock';
import { signInDevice, startStage } from '../authorization-server/stage.ts';
import { openStores, sealingKey, temporaryFile } from '../stores/sqlite-files.ts';
import { randomFrom } from '../support/random-from.ts';

interface Server {
  readonly process: ChildProcess;
  readonly origin: string;
}

/** An authorization server in a process of its own, on the stores of the file. */
const startServer = async (file: string): Promise<Server> => {
  const script = join(import.meta.dirname, '..', 'authorization-server', 'processes', 'token-server.ts');
  const key = Buffer.from(sealingKey).toString('hex');
  const child = spawn(process.execPath, ['--conditions=kinpass-source', script, file, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [origin] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { process: child, origin };
};

const refresh = async (origin: string, refresh_token: string) => {
  const form = { grant_type: 'refresh_token', refresh_token, client_id: 'tv' };
  const { status, body } = await request({ method: 'POST', url: `${origin}/token`, form });
  return { status, body: body as Record<string, string> };
};

/** A stage on the stores of a new file, where `count` devices are signed in; their refresh tokens. */
const signedIn = async (count: number) => {
  const file = await temporaryFile();
  const stores = await openStores(file);
  const stage = await startStage({ stores, clock: systemClock });
  onTestFinished(() => stores.close());
  onTestFinished(() => stage[Symbol.asyncDispose]());
  const tokens: string[] = [];
  while (tokens.length < count) tokens.push((await signInDevice(stage))['refresh_token'] ?? '');
  return { file, stage, stores, tokens };
};

test('twenty refreshes at once over two processes get one answer, round after round', {
  timeout: 60_000,
}, async () => {
  const { file, stage, tokens } = await signedIn(1);
  const servers = await Promise.all([startServer(file), startServer(file)]);
  let [token = ''] = tokens;
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refresh(servers[index % 2]?.origin ?? '', token)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const given = new Set(answers.map(({ body }) => `${body['access_token']} ${body['refresh_token']}`));
    expect(given.size).toBe(1);
    token = answers[0]?.body['refresh_token'] ?? '';
  }
  expect((await stage.refresh(token)).status).toBe(200);
});

const kills = 5;
const seed = 20_301;

test(`killed ${kills} times in the middle of refreshes (seed ${seed}), no sign-in is lost`, {
  timeout: 120_000,
}, async () => {
  const random = randomFrom(seed);
  const { file, stage, stores, tokens } = await signedIn(8);
  const refused: unknown[] = [];

  /** Refreshes until the server is gone; sometimes uses what it got. */
  const runDevice = async (origin: string, device: number, answered: () => void): Promise<void> => {
    for (;;) {
      const answer = await refresh(origin, tokens[device] ?? '').catch(() => undefined);
      if (!answer) return;
      if (answer.status !== 200) return void refused.push(answer);
      tokens[device] = answer.body['refresh_token'] ?? '';
      answered();
      const headers = { authorization: `Bearer ${answer.body['access_token']}` };
      if (device % 2 === 0) await request({ url: `${origin}/me`, headers }).catch(() => undefined);
    }
  };

  let next = startServer(file);
  for (let killed = 0; killed < kills; killed += 1) {
    const { process, origin } = await next;
    next = startServer(file);
    let answersToKill = 1 + Math.floor(random() * 40);
    const answered = () => {
      answersToKill -= 1;
      if (answersToKill === 0) process.kill('SIGKILL');
    };
    await Promise.all(tokens.map((_, device) => runDevice(origin, device, answered)));
  }
  (await next).process.kill('SIGKILL');

  expect(refused).toEqual([]);
  for (const token of tokens) expect((await stage.refresh(token)).status).toBe(200);
  expect(await stores.signIns.list({ limit: 100 })).toHaveLength(tokens.length);
  const now = systemClock.now();
  expect(await stores.artifacts.list('RefreshToken', { limit: 100, now })).toHaveLength(tokens.length);
});
