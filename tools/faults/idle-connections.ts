import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { request } from '@kinpass/simulator/client';
import { freePort } from '../../test/support/free-port.ts';
import { startWorkers } from '../../test/support/start-workers.ts';
import type { Fault } from './fault.ts';

/** The gateway is ended after a minute (start-workers.ts). */
const [lanes, rounds] = [40, 6];

/** Around the time after which Node.js closes idle connections by default. */
const pauseOf = (lane: number): number => 4_500 + (lane * 2_000) / lanes;

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

/** POSTs, which nginx does not repeat, on connections to the gateway that were idle. */
export const idleConnections: Fault = {
  id: 'E4',
  name: 'POST through nginx on connections that were idle for 4.5 to 6.5 s',
  run: async () => {
    if (spawnSync('nginx', ['-v']).status !== 0) return 'nginx is not installed';
    await using gateway = await startWorkers(1);
    await using nginx = await startNginx(new URL(gateway.origin).host.replace('localhost', '127.0.0.1'));
    const statuses: number[] = [];
    const run = async (lane: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        const url = `${nginx.origin}/device/auth`;
        const { status } = await request({ method: 'POST', url, form: { client_id: 'ref30-tv' } });
        statuses.push(status);
        await setTimeout(pauseOf(lane));
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
    const lost = statuses.filter((status) => status === 502);
    const wrong = statuses.filter((status) => status !== 200 && status !== 502);
    return {
      requests: statuses.length,
      wrong: wrong.length,
      lost: lost.length,
      recovery: 0,
      examples: wrong.slice(0, 5).map((status) => `status ${status}`),
    };
  },
};
