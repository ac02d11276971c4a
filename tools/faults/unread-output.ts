import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { request } from '@kinpass/simulator/client';
import type { Fault } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { type Ask, createWatch, ownProfiles, untilRight } from './world/watch.ts';

const bin = join(import.meta.dirname, '../../bin/kinpass.js');

/** Requests the metrics and does not read the response. */
const openStuckScraper = (origin: string): Socket => {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname, () => {
    socket.write(`GET /metrics HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(200));
  });
  return socket.on('error', () => undefined).pause();
};

const linesLost = async (origin: string): Promise<number> => {
  const { text } = await request({ url: `${origin}/metrics` });
  return Number(/^kinpass_log_lines_lost_total (\d+)/m.exec(text)?.[1] ?? 0);
};

/** A log or metrics response that is not read blocks no request; lost lines are counted. */
export const unreadOutput: Fault = {
  id: 'E28',
  name: 'the log is not read, its pipe is closed, a metrics scraper is stuck',
  run: async (size) => {
    const requests = size === 'short' ? 300 : 20_000;
    await using world = await startGateways({ settings: { log: { level: 'info' } } });
    const ask = await ownProfiles(await world.withProfile('ana'));
    world.node(0).signal('SIGINT');
    await world.node(0).ended;
    const args = [bin, 'serve', '--config', world.settingsFile(0)];
    const gateway = spawn(process.execPath, args, { cwd: world.folder, stdio: ['ignore', 'pipe', 'ignore'] });
    const [admin = ''] = world.adminOrigins;
    const watch = createWatch({ excuses: false });
    try {
      await once(gateway.stdout, 'data');
      gateway.stdout.pause();
      await untilRight(ask);
      const scrapers = Array.from({ length: 5 }, () => openStuckScraper(admin));
      const askMany = async (count: number): Promise<void> => {
        const lane = async (asked: Ask): Promise<void> => {
          for (let sent = 0; sent < count / 20; sent += 1) await watch.ask(asked);
        };
        await Promise.all(Array.from({ length: 20 }, () => lane(ask)));
      };
      await askMany(requests);
      const lost = await linesLost(admin);
      gateway.stdout.destroy();
      await askMany(Math.min(requests, 1_000));
      for (const scraper of scrapers) scraper.destroy();
      const ended = once(gateway, 'exit');
      gateway.kill('SIGTERM');
      const [code] = await ended;
      if (code !== 0) watch.note(`the gateway ended with exit code ${code}`);
      const measures = [
        { what: 'log lines lost, and counted', value: lost, ...(size === 'whole' && { least: 1 }) },
      ];
      return watch.figures({ measures });
    } finally {
      gateway.kill('SIGKILL');
    }
  },
};
