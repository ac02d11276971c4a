/** Writes numbered lines to stdout through the gateway's writer, then ends as it is told. */
import { stdoutWriter } from '#src/observability/line-writer';

const [count = '0', size = '0', ending = 'exit', name = ''] = process.argv.slice(2);

for (let index = 0; index < Number(count); index += 1)
  stdoutWriter.write(`${name}${index} ${'é€'.repeat(Number(size))}\n`);
const endings: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(0),
  fail: () => process.exit(1),
  throw: () => {
    throw new Error('nobody catches this');
  },
  reject: () => void Promise.reject(new Error('nobody catches this')),
  end: () => {},
  /** Writes 10 MB when nobody reads any longer, and says how much of it is kept in memory. */
  stay: () => {
    process.stdin.once('data', () => {
      for (let index = 0; index < 10_000; index += 1) stdoutWriter.write(`${'u'.repeat(1_000)}\n`);
      console.error(`keeps ${Math.round(process.memoryUsage().arrayBuffers / 1e6)} MB`);
      process.exit(0);
    });
  },
  /** Writes 10 MB while nobody reads, and once more when it is told that somebody does. */
  stall: () => {
    for (let index = 0; index < 10_000; index += 1) stdoutWriter.write(`${'s'.repeat(999)}\n`);
    console.error('stalled');
    process.stdin.once('data', () => {
      stdoutWriter.write('the last\n');
      process.exit(0);
    });
  },
};
endings[ending]?.();
