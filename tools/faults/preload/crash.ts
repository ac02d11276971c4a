// Loaded into a gateway by --import: on SIGUSR2 it fails in the way its environment specifies.
const crashes: Readonly<Record<string, () => void>> = {
  rejection: () => void Promise.reject(new Error('nobody handles this')),
  exception: () => {
    throw new Error('nobody catches this');
  },
  memory: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length));
  },
};

process.on('SIGUSR2', () => crashes[process.env['FAULTS_CRASH'] ?? '']?.());
