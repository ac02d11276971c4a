import { hostname } from 'node:os';
import { type AuditTrail, createAuditTrail, type Operator } from '#src/flows/audit-trail';
import { systemClock } from '#src/lib/clock';
import { canonicalAddress } from '#src/lib/ip-address';
import { createLog } from '#src/observability/logger';
import type { AuditStore } from '#src/stores/audit-ports';
import { operatorName } from './operator-name.ts';
import { printError } from './terminal.ts';

/** The audit log, for what the person at the terminal does. Each entry is also a line on stderr, in the gateway's format. */
export const createTerminalTrail = (audit: AuditStore): AuditTrail =>
  createAuditTrail({
    audit,
    clock: systemClock,
    log: createLog('info', { write: (line) => printError(line.trimEnd()) }),
  });

/** The person at the terminal. Over SSH, the source is the client's address from sshd. */
export const terminalOperator = (): Operator => {
  const [address = ''] = process.env['SSH_CONNECTION']?.split(' ') ?? [];
  return { actor: operatorName(), via: 'cli', source: canonicalAddress(address) ?? hostname() };
};
