import { fail } from '#src/lib/errors';
import { chainFault, type Head } from './audit-chain.ts';
import type { AuditEntry } from './audit-ports.ts';

interface Expectations {
  /** The log is complete: it begins with entry 1. */
  readonly complete: boolean;
  /** An entry that was noted elsewhere. */
  readonly noted?: Head | undefined;
}

export interface VerifiedChain {
  readonly entries: number;
  /** The first and the last entry; undefined of an empty log. */
  readonly first: Head | undefined;
  readonly last: Head | undefined;
}

/** Follows the chain of the audit log, oldest first. Errors: audit_broken, which names the first entry at fault. */
export const verifyChain = async (
  log: AsyncIterable<AuditEntry>,
  { complete, noted }: Expectations,
): Promise<VerifiedChain> => {
  let first: Head | undefined;
  let last: Head | undefined;
  let entries = 0;
  for await (const entry of log) {
    const fault =
      chainFault(entry, last ?? (complete ? { seq: 0, hash: '' } : undefined)) ?? differs(entry, noted);
    if (fault !== undefined) throw broken(fault);
    first ??= entry;
    last = entry;
    entries += 1;
  }
  if (noted && !isBetween(noted.seq, first, last))
    throw broken(
      last ? `entry ${noted.seq} is missing: the log ends with entry ${last.seq}` : 'the log is empty',
    );
  return { entries, first, last };
};

const differs = ({ seq, hash }: AuditEntry, noted: Head | undefined): string | undefined =>
  seq === noted?.seq && hash !== noted.hash ? `entry ${seq} is not the one that was noted` : undefined;

const isBetween = (seq: number, first: Head | undefined, last: Head | undefined): boolean =>
  first !== undefined && last !== undefined && first.seq <= seq && seq <= last.seq;

const broken = (hint: string) => fail('audit_broken', { hint: `${hint}.` });
