/** `npm run faults`: plants faults into running gateways and prints what became of them. Exit code 1 if anything was wrong. */
import { idleConnections } from './idle-connections.ts';
import { rollingRestart } from './rolling-restart.ts';

const faults = [idleConnections, rollingRestart(20)];

let isGood = true;
console.log('fault  requests  wrong  lost  recovery');
for (const { id, name, run } of faults) {
  const figures = await run();
  if (typeof figures === 'string') {
    console.log(`${id.padEnd(5)}  not run: ${figures}`);
    continue;
  }
  const { requests, wrong, lost, recovery, examples } = figures;
  const row = [
    id.padEnd(5),
    String(requests).padStart(8),
    String(wrong).padStart(5),
    String(lost).padStart(4),
  ];
  console.log(`${row.join('  ')}  ${(recovery / 1_000).toFixed(1).padStart(6)} s  ${name}`);
  for (const example of examples) console.log(`       ${example}`);
  isGood &&= wrong + lost === 0;
}
process.exit(isGood ? 0 : 1);
