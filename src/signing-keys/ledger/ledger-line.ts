import { z } from 'zod';
import { parseJson } from '#src/lib/json';
import { invalidKeys, type PublicMembers, publicMembersSchema } from '#src/lib/rsa-key';
import { kidSchema, publicFingerprint } from '../key/public-key.ts';
import { isCreation, type KeyEvent, keyEventNames } from './key-life.ts';

const ledgerVersion = 1;

const time = z.iso
  .datetime()
  .transform((text) => Date.parse(text))
  .describe('a time such as 2030-01-31T08:00:00Z');

/** Where the private key is: in a file beside the ledger, or at a key management service. */
const whereSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), name: z.string().regex(/^service-token[\w-]*\.(pem|jwk)$/) }),
  z.strictObject({ kind: z.literal('kms'), keyId: z.string().min(1).max(2_048) }),
]);

export type KeyPlace = z.output<typeof whereSchema>;

/** One line of `ledger.jsonl` as it is stored. Durations are seconds. */
const lineSchema = z.strictObject({
  version: z.literal(ledgerVersion),
  at: time,
  by: z.string().min(1).max(200),
  event: z.enum(keyEventNames),
  kid: kidSchema,
  fingerprint: z.string().regex(/^[\da-f]{64}$/),
  planned: time.optional(),
  forced: z.literal(true).optional(),
  longestLife: z.number().int().positive().optional(),
  publicKey: publicMembersSchema.optional(),
  where: whereSchema.optional(),
  note: z.string().max(500).optional(),
});

/** A line in memory: times and durations in milliseconds. */
export type LedgerEntry = Omit<z.output<typeof lineSchema>, 'version' | 'longestLife'> & KeyEvent;

const restore = 'restore the file from a backup';

/** All lines of a ledger. Errors: keys_invalid, naming file, line, field and cure. */
export const parseLedger = (text: string, path: string): LedgerEntry[] => {
  if (text === '') throw invalidKeys(path, `is empty: ${restore}`);
  const lines = text.split('\n');
  if (lines.pop() !== '') throw invalidKeys(path, `line ${lines.length + 1} is truncated: ${restore}`);
  const fingerprints = new Map<string, string>();
  return lines.map((line, index) => {
    const invalid = (problem: string) => invalidKeys(path, `line ${index + 1}${problem}`);
    const entry = parseLine(line, invalid);
    if (isCreation(entry.event)) {
      checkCreation(entry, invalid);
      if (!fingerprints.has(entry.kid)) fingerprints.set(entry.kid, entry.fingerprint);
    }
    if ((fingerprints.get(entry.kid) ?? entry.fingerprint) !== entry.fingerprint)
      throw invalid(`: fingerprint does not match the key "${entry.kid}": ${restore}`);
    return entry;
  });
};

/** `problem` continues the sentence "line 2". */
type Invalid = (problem: string) => Error;

const parseLine = (line: string, invalid: Invalid): LedgerEntry => {
  const json = parseJson(line);
  if (typeof json !== 'object' || json === null) throw invalid(` is not a JSON object: ${restore}`);
  const version = 'version' in json ? json.version : undefined;
  if (typeof version === 'number' && version > ledgerVersion)
    throw invalid(` was written by a newer Kinpass (ledger version ${version}); upgrade`);
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys[0] : 'line');
    throw invalid(`: ${field} is not in the format that Kinpass writes: ${restore}`);
  }
  const { version: _, longestLife, ...rest } = parsed.data;
  return { ...rest, ...(longestLife !== undefined && { maxTokenLifetime: longestLife * 1_000 }) };
};

const checkCreation = ({ publicKey, where, fingerprint }: LedgerEntry, invalid: Invalid): void => {
  if (!publicKey || !where) throw invalid(`: publicKey or where is missing: ${restore}`);
  if (fingerprintOf(publicKey) !== fingerprint)
    throw invalid(`: fingerprint does not match publicKey: ${restore}`);
};

/** Undefined if the members are not those of an RSA key. */
const fingerprintOf = (publicKey: PublicMembers): string | undefined => {
  try {
    return publicFingerprint(publicKey);
  } catch {
    return undefined;
  }
};

export const formatLine = ({ at, planned, maxTokenLifetime, ...rest }: LedgerEntry): string =>
  `${JSON.stringify({
    version: ledgerVersion,
    at: new Date(at).toISOString(),
    ...rest,
    ...(planned !== undefined && { planned: new Date(planned).toISOString() }),
    ...(maxTokenLifetime !== undefined && { longestLife: Math.ceil(maxTokenLifetime / 1_000) }),
  })}\n`;
