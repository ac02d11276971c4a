/** The hash chain of the audit log, for those who write it and those who check it. Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '#src/lib/canonical-json';
import type { Json, JsonObject } from '#src/lib/json';
import type { AuditEntry, AuditRecord } from './audit-ports.ts';

/** Where a chain has come to. */
export type Head = Pick<AuditEntry, 'seq' | 'hash'>;

/** The record as the entry after `last`. */
export const chained = (record: AuditRecord, last: Head | undefined): AuditEntry => {
  const entry = { ...record, seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? '' };
  return { ...entry, hash: hashOf({ ...entry }) };
};

/** SHA-256 of the canonical JSON (RFC 8785) of an entry without its `hash`, base64url. */
const hashOf = (entry: object): string =>
  createHash('sha256')
    .update(canonicalJson(entry as JsonObject))
    .digest('base64url');

/** Members that this version does not know are kept, since the hash covers them. */
const entrySchema = z.looseObject({
  seq: z.int(),
  at: z.int(),
  actor: z.string(),
  via: z.enum(['cli', 'admin', 'gateway']),
  source: z.string().nullable(),
  action: z.string(),
  target: z.looseObject({ kind: z.string(), id: z.string() }),
  outcome: z.enum(['started', 'done', 'failed']),
  reason: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  previous: z.string(),
  hash: z.string(),
});

/**
 * An entry from its JSON; undefined if it is not one, or not in the spelling in which entries are written: members given
 * twice, or dropped when they are read, would be covered by no hash.
 */
export const parseEntry = (text: string): AuditEntry | undefined => {
  try {
    const json = JSON.parse(text) as Json;
    const entry = entrySchema.parse(json);
    return JSON.stringify(json) === text && canonicalJson(json) === entryText(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
};

/** The JSON of an entry, as it is stored and exported. */
export const entryText = (entry: AuditEntry): string => canonicalJson({ ...entry } as unknown as JsonObject);

/** What is wrong with an entry that follows `last`; undefined if nothing is. Without `last`, its place is not checked. */
export const chainFault = (entry: AuditEntry, last: Head | undefined): string | undefined => {
  const { hash, ...rest } = entry;
  if (last && entry.seq > last.seq + 1) return `entry ${last.seq + 1} is missing`;
  if (last && entry.seq <= last.seq) return `entry ${entry.seq} comes after entry ${last.seq}`;
  if (hashOf(rest) !== hash) return `the hash of entry ${entry.seq} does not match its content`;
  if (last && entry.previous !== last.hash)
    return `entry ${entry.seq} does not name the hash of entry ${last.seq}: one of them was changed`;
  return undefined;
};
