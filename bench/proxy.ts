// GET profiles through the gateway against two peers in the same run: naive Koa + got, and our transport bare.
// Ratios carry over to other machines; figures do not. `npm run bench -- [rounds] [milliseconds]`
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from '@kinpass/simulator/client';
import { type Measured, measure } from './load.ts';
import { startStubAdobe } from './stub-adobe.ts';

const [rounds = 5, ms = 3_000] = process.argv.slice(2).map(Number);
const connections = 32;
const adobe = await startStubAdobe();

const start = async (variant: string) => {
  const child = fork(new URL('./server.ts', import.meta.url), [variant, adobe.origin]);
  const [origin] = (await once(child, 'message')) as [string];
  return { variant, origin, child, results: [] as Measured[] };
};

const clientToken = async (origin: string): Promise<string> => {
  const registration = await request({
    method: 'POST',
    url: `${origin}/o/client/register`,
    json: { software_statement: 's' },
  });
  const { client_id, client_secret } = registration.body as Record<string, string>;
  const form = {
    client_id: client_id ?? '',
    client_secret: client_secret ?? '',
    grant_type: 'client_credentials',
  };
  const token = await request({ method: 'POST', url: `${origin}/o/client/token`, form });
  return String(token.body['access_token']);
};

const variants = [await start('naive'), await start('bare'), await start('gateway')];
const bearer = await clientToken(variants[2]?.origin ?? '');
const headersOf = (connection: number) => ({
  'x-forwarded-for': `203.0.113.${connection}`,
  authorization: `Bearer ${bearer}`,
  'ap-device-identifier': 'fingerprint dHY=',
  'x-device-info': Buffer.from('{"model":"TV"}').toString('base64'),
});

for (let round = 0; round < rounds; round += 1) {
  for (const { origin, results } of variants) {
    results.push(await measure({ url: `${origin}/api/v2/REF30/profiles`, headersOf, connections, ms }));
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const rates = new Map(
  variants.map(({ variant, results }) => [variant, median(results.map((r) => r.perSecond))]),
);
for (const { variant, results } of variants) {
  const p99 = median(results.map((r) => r.p99));
  console.log(
    `${variant.padEnd(8)} ${rates.get(variant)?.toFixed(0).padStart(6)}/s  p99 ${p99.toFixed(1)} ms`,
  );
}
const ratio = (peer: string) => ((rates.get('gateway') ?? 0) / (rates.get(peer) ?? 1)).toFixed(2);
console.log(`gateway / bare transport ${ratio('bare')}   gateway / naive Koa + got ${ratio('naive')}`);
for (const { child } of variants) child.disconnect();
adobe.close();
