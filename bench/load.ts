// Closed-loop load over kept connections; counts what came back right.
import { Agent, request } from 'node:http';

interface Options {
  readonly url: string;
  /** The nth connection is a device behind an address of its own. */
  readonly headersOf: (connection: number) => Record<string, string>;
  readonly connections: number;
  readonly ms: number;
}

export interface Measured {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export const measure = async ({ url, headersOf, connections, ms }: Options): Promise<Measured> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const started = performance.now();

  const once = (headers: Record<string, string>) =>
    new Promise<void>((resolve, reject) => {
      const from = performance.now();
      request(url, { agent, headers }, (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
          latencies.push(performance.now() - from);
          resolve();
        });
      })
        .on('error', reject)
        .end();
    });

  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const headers = headersOf(connection);
      while (performance.now() - started < ms) await once(headers);
    }),
  );
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return {
    perSecond: (latencies.length * 1000) / (performance.now() - started),
    p50: at(0.5),
    p99: at(0.99),
  };
};
