// Cuts over from one store to another, and kills itself at the event that it is told.
import { systemClock } from '#src/lib/clock';
import { cutOver } from '#src/stores/copy/cut-over';
import { openCopy } from '#src/stores/copy/open-copy';

const { from, to, dieAt } = JSON.parse(process.argv[2] ?? '');

const seen = new Map<string, number>();
const dieIf = (event: string): void => {
  const times = (seen.get(event) ?? 0) + 1;
  seen.set(event, times);
  if (dieAt === `${event} ${times}`) process.kill(process.pid, 'SIGKILL');
};

await using opened = await openCopy({ from, to, clock: systemClock, create: true });
const { target } = opened;
if (!target) throw new Error('there is no target');
await cutOver({ ...opened, target }, systemClock, {
  progress: dieIf,
  passed: () => dieIf('passed'),
  left: () => dieIf('left'),
  verified: () => dieIf('verified'),
});
