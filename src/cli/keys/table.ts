import { type Advice, adviceFor } from '#src/signing-keys/admin/advice';
import type { KeyOverview } from '#src/signing-keys/admin/key-manager';
import { isoTime } from '#src/signing-keys/ledger/rotation';
import { tableLines } from '../table.ts';

const columns = ['KEY', 'STATE', 'SINCE', 'FINGERPRINT (SHA-256)', 'NEXT', 'BY'] as const;

const minute = (ms: number): string => isoTime(ms).replace(/:\d\d(\.\d+)?Z$/, 'Z');

/** Every key, oldest first, with the next step and when it is due. */
export const keyTable = ({ rotation, status }: KeyOverview, warnAfter: number, now: number): string[] => {
  const rows = status.keys.map(({ kid, state, since, fingerprint }) => {
    const life = rotation.keys.get(kid);
    const advice: Advice = life ? adviceFor(life, rotation, warnAfter) : { next: '' };
    const short = `${fingerprint.slice(0, 16)}…`;
    return [kid, state, minute(since), short, advice.next, byText(advice, now)];
  });
  return tableLines([columns, ...rows]);
};

const byText = ({ by }: Advice, now: number): string => {
  if (by === undefined) return '';
  return by <= now ? `now (due ${minute(by)})` : minute(by);
};
