import { hostname } from 'node:os';
import { type AuditTrail, createAuditTrail, type Operator } from '#src/flows/audit-trail';
import { systemClock } from '#src/lib/clock';
import { canonicalAddress } from '#src/lib/ip-address';
import { createLog } from '#src/observability/logger';
import type { AuditStore } from '#src/stores/audit-ports';
import { operatorName } from './operator-name.ts';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * The audit log, for what the person at the terminal does. Each entry is also a line on stderr, in the gateway's format,
 * for whoever collects it: a person reads what the command prints, and is shown only that an entry could not be written.
 */
export const createTerminalTrail = (audit: AuditStore, stderr: Output = process.stderr): AuditTrail =>
  createAuditTrail({
    audit,
    clock: systemClock,
    log: createLog(stderr.isTTY ? 'error' : 'info', { write: (line) => stderr.write(line) }),
  });

/** The person at the terminal. Over SSH, the source is the client's address from sshd. */
export const terminalOperator = (): Operator => {
  const [address = ''] = process.env['SSH_CONNECTION']?.split(' ') ?? [];
  return { actor: operatorName(), via: 'cli', source: canonicalAddress(address) ?? hostname() };
};
