import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { Identity } from '../ports.ts';

export const accountRow = z.object({
  id: z.string(),
  family: z.string(),
  createdAt: z.int(),
  subjectVersion: z.int(),
  endedAt: z.int().nullable(),
});
export const accountColumns = `accounts.id, accounts.family, accounts.created_at, accounts.subject_version,
  accounts.ended_at`;

export const emailContext = ({
  family,
  issuer,
  subject,
}: Pick<Identity, 'family' | 'issuer' | 'subject'>): string =>
  compositeKey('identities', 'sealed_email', family, issuer, subject);
