import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { request } from '@kinpass/simulator/client';
import { freePort } from '../../test/support/free-port.ts';
import { startWorkers } from '../../test/support/start-workers.ts';
import { startDistantLink } from './distant-link.ts';
import type { Fault } from './fault.ts';

/** Sent at once, so that each has its own connection. */
const lanes = 40;

/**
 * Milliseconds between two rounds, less than the latency before the time after which Node.js closes idle connections by
 * default: 5 s, and a second that it adds.
 */
const pauses = [4_700, 4_850, 5_700, 5_850];

/** Milliseconds, as between zones: while a FIN is in transit, nginx may send a request on the connection. */
const latency = 200;

/** nginx keeps idle connections for 60 s. */
const configuration = (folder: string, port: number, gateway: string): string => `
  worker_processes 1;
  daemon off;
  pid ${folder}/nginx.pid;
  error_log stderr error;
  events { worker_connections 256; }
  http {
    access_log off;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
    upstream gateway { server ${gateway}; keepalive 64; }
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://gateway;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
      }
    }
  }`;

const startNginx = async (gateway: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, gateway));
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: [...stdio] });
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(`${origin}/robots.txt`).catch(() => undefined))) await setTimeout(50);
  return {
    origin,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
};

/** Statuses of POSTs, which nginx does not retry, on idle connections to the gateway. */
const postThroughNginx = async (env: Record<string, string>): Promise<number[]> => {
  await using gateway = await startWorkers(1, {}, env);
  await using link = await startDistantLink(Number(new URL(gateway.origin).port), latency);
  await using nginx = await startNginx(`127.0.0.1:${link.port}`);
  const post = async (): Promise<number> => {
    const url = `${nginx.origin}/device/auth`;
    return (await request({ method: 'POST', url, form: { client_id: 'ref30-tv' } })).status;
  };
  const statuses: number[] = [];
  for (const pause of [0, ...pauses]) {
    await setTimeout(pause);
    statuses.push(...(await Promise.all(Array.from({ length: lanes }, post))));
  }
  return statuses;
};

const isLost = (status: number): boolean => status === 502;

export const idleConnections: Fault = {
  id: 'E4',
  name: 'POST through nginx on connections that were idle for 4.7 to 5.9 s',
  run: async () => {
    if (spawnSync('nginx', ['-v']).status !== 0) return 'nginx is not installed';
    const [statuses, ofShort] = await Promise.all([
      postThroughNginx({}),
      // Proves that the race occurs: a gateway that closes idle connections early loses some.
      postThroughNginx({ KINPASS_PUBLIC_KEEP_ALIVE: '5s' }),
    ]);
    const lost = statuses.filter(isLost);
    const wrong = statuses.filter((status) => status !== 200 && !isLost(status));
    return {
      requests: statuses.length,
      wrong: wrong.length,
      lost: lost.length,
      recovery: 0,
      measures: [
        { what: 'lost if idle connections end after 5 s', value: ofShort.filter(isLost).length, least: 1 },
      ],
      examples: wrong.slice(0, 5).map((status) => `status ${status}`),
    };
  },
};
