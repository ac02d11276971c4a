import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { AccountStanding, Identity } from '../ports.ts';

export const accountRow = z.object({
  id: z.string(),
  family: z.string(),
  createdAt: z.int(),
  subjectVersion: z.int(),
  endedAt: z.int().nullable(),
});
/** An account in JSON, with its revocation status. */
export const accountStandingRow = accountRow.extend({ isRevoked: z.boolean() });
export const accountStandingOf = ({
  isRevoked,
  ...account
}: z.infer<typeof accountStandingRow>): AccountStanding => ({
  account,
  isRevoked,
});
export const accountStandingColumns = `accounts.*,
  EXISTS (SELECT FROM revocations WHERE kind = 'account' AND revocations.id = accounts.id) AS is_revoked`;

export const accountColumns = `accounts.id, accounts.family, accounts.created_at, accounts.subject_version,
  accounts.ended_at`;

export const emailContext = ({
  family,
  issuer,
  subject,
}: Pick<Identity, 'family' | 'issuer' | 'subject'>): string =>
  compositeKey('identities', 'sealed_email', family, issuer, subject);
