import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.ts';
import { cpuOf, rssOf } from '../measure/thread-time.ts';
import type { Server } from './process.ts';

export const isNginxInstalled = (): boolean => spawnSync('nginx', ['-v']).status === 0;

/** Injects the same headers for everybody: it knows no sessions, so this is a lower bound. */
const configuration = (folder: string, port: number, adobe: string): string => `
  worker_processes 1;
  daemon off;
  pid ${folder}/nginx.pid;
  error_log stderr crit;
  events { worker_connections 2048; }
  http {
    access_log off;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
    keepalive_requests 10000000;
    upstream adobe { server ${new URL(adobe).host}; keepalive 512; keepalive_requests 10000000; }
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://adobe;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Authorization "Bearer adobe";
        proxy_set_header AD-Service-Token "${'x'.repeat(700)}";
        proxy_set_header X-Forwarded-For "203.0.113.9";
      }
    }
  }`;

export const startNginx = async (adobe: string): Promise<Server> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-bench-nginx-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, adobe));
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.once('exit', () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(origin).catch(() => undefined))) await setTimeout(20);
  const { pid = 0 } = child;
  let before = 0;
  return {
    origin,
    mark: async () => {
      before = cpuOf(pid);
    },
    read: async () => ({ cpu: cpuOf(pid) - before, rss: rssOf(pid), delay: 0 }),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
};
