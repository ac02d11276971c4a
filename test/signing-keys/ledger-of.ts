import type { KeyEvent, KeyEventName } from '#src/signing-keys/ledger/key-life';

export const hour = 3_600_000;
export const start = Date.UTC(2030, 0, 1);

export type Line = readonly [hours: number, event: KeyEventName, kid: string, more?: Partial<KeyEvent>];

/** Ledger events; `at` and `planned` are hours since the start. */
export const ledgerOf = (...lines: readonly Line[]): KeyEvent[] =>
  lines.map(([hours, event, kid, more]) => ({
    at: start + hours * hour,
    event,
    kid,
    ...more,
    ...(more?.planned !== undefined && { planned: start + more.planned * hour }),
  }));

export const exportedAndAcknowledged = (kid: string, hours = 0): Line[] => [
  [hours, 'generated', kid],
  [hours, 'exported', kid],
  [hours, 'acknowledged', kid],
];
