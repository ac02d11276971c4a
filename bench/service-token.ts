// What a service token costs: reused, signed, and to everybody else on the event loop meanwhile.
// `node bench/service-token.ts`; ratios are of one run, figures of this machine.
import { generateKeyPairSync, sign } from 'node:crypto';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { toKeyObject } from '#src/lib/rsa-key';
import { createIssueServiceToken } from '#src/service-token/issue';
import { readPrivateKey } from '#src/signing-keys/key/private-key';
import { createLocalSigner } from '#src/signing-keys/key/signer';
import type { Signer } from '#src/signing-keys/ports';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' })).trim();
const { kid, members, key } = await readPrivateKey(pem, 'bench');
const publicKey = toKeyObject(members);

const issuerWith = (signer: Signer) =>
  createIssueServiceToken({
    keys: { signing: () => ({ kid, ...signer }), publicKey: () => publicKey },
    clock: systemClock,
    ids: systemIds,
    maxKept: 100_000,
  });

const onThreads = issuerWith(createLocalSigner(key));
/** As it would be without a thread pool. */
const onTheLoop = issuerWith({ sign: async (bytes) => sign('sha256', bytes, key) });

const asked = (subject: string) => ({
  subject,
  issuer: 'https://sso.example',
  audience: 'adobe',
  lifetime: 3_600_000,
});

/** Microseconds for one run of `work`, the median of seven rounds. */
const cost = async (rounds: number, work: (n: number) => Promise<unknown>): Promise<number> => {
  const results: number[] = [];
  for (let round = 0; round < 7; round++) {
    const from = performance.now();
    for (let n = 0; n < rounds; n++) await work(n);
    results.push(((performance.now() - from) * 1_000) / rounds);
  }
  return results.sort((a, b) => a - b)[3] ?? 0;
};

let fresh = 0;
const newSubject = () => asked(`subject ${fresh++}`);

/**
 * Milliseconds: the longest turn of the event loop while `count` new viewers came, as everybody else saw it (`wall`)
 * and as the loop's own thread worked (`busy`); the machine's other work stretches the first, not the second.
 */
const longestTurn = async (
  issue: typeof onThreads,
  count: number,
): Promise<{ wall: number; busy: number }> => {
  const longest = { wall: 0, busy: 0 };
  let [last, cpu] = [performance.now(), process.threadCpuUsage()];
  let watching = true;
  const watch = () => {
    const { user, system } = process.threadCpuUsage(cpu);
    longest.wall = Math.max(longest.wall, performance.now() - last);
    longest.busy = Math.max(longest.busy, (user + system) / 1_000);
    [last, cpu] = [performance.now(), process.threadCpuUsage()];
    if (watching) setImmediate(watch);
  };
  watch();
  const tokens: Promise<string>[] = [];
  for (let n = 0; n < count; n += 10) {
    // Ten requests in one turn of the loop, as a busy set of sockets delivers them.
    for (let m = 0; m < 10; m++) tokens.push(issue(newSubject()));
    await new Promise(setImmediate);
  }
  await Promise.all(tokens);
  watching = false;
  return longest;
};

const table = new Map([['ana', Promise.resolve('token')]]);
const lookUp = await cost(100_000, () => table.get('ana') ?? Promise.reject());
await onThreads(asked('ana'));
const reused = await cost(100_000, () => onThreads(asked('ana')));
const alone = await cost(200, () => onThreads(newSubject()));
const together =
  (await cost(20, () => Promise.all(Array.from({ length: 32 }, () => onThreads(newSubject()))))) / 32;
const blocking = await cost(200, () => onTheLoop(newSubject()));
await longestTurn(onThreads, 100);
const [threads, loop] = [await longestTurn(onThreads, 1_000), await longestTurn(onTheLoop, 1_000)];

const row = (what: string, figure: string, ratio: string) =>
  console.log(`${what.padEnd(46)}${figure.padEnd(24)}   ${ratio}`);
const micro = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} µs`;
row('a look-up in a Map, awaited', micro(lookUp), '1');
row('a token reused', micro(reused), `${(reused / lookUp).toFixed(1)} × the look-up (aim: 5 µs at most)`);
row('a token signed, one at a time', micro(alone), `${(alone / reused).toFixed(0)} × the reuse`);
row(
  'a token signed, 32 at once',
  micro(together),
  `${(alone / together).toFixed(2)} × as many as one at a time`,
);
row('a token signed on the event loop', micro(blocking), `${(blocking / alone).toFixed(2)} × one at a time`);
const milliseconds = ({ wall, busy }: typeof threads) =>
  `${`${busy.toFixed(1)} ms`.padEnd(10)}(wall ${wall.toFixed(1)})`;
row('longest event-loop turn, 1,000 new viewers', milliseconds(threads), 'max 10 ms');
row('the same, signing on the loop', milliseconds(loop), `${(loop.busy / threads.busy).toFixed(1)} ×`);
