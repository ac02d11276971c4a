import { z } from 'zod';
import { type KeyEvent, keyEventNames } from './key-life.ts';
import { kidSchema, publicFingerprint, publicMembersSchema, type toPublicJwk, unfit } from './public-key.ts';

export const ledgerVersion = 1;

const time = z.iso
  .datetime()
  .transform((text) => Date.parse(text))
  .describe('a time such as 2030-01-31T08:00:00Z');

/** Where the private key is: a file of the keys directory, or a key management service that signs for us. */
const whereSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), name: z.string().regex(/^service-token[\w-]*\.(pem|jwk)$/) }),
  z.strictObject({ kind: z.literal('kms'), keyId: z.string().min(1).max(2_048) }),
]);

export type KeyPlace = z.output<typeof whereSchema>;

/** One line of `ledger.jsonl`. Durations are seconds. */
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

/** A line as it is worked with: times and durations in milliseconds. */
export type LedgerEntry = Omit<z.output<typeof lineSchema>, 'version'> & KeyEvent;

const births = new Set(['generated', 'imported', 'adopted']);

/** Every line of a ledger. Errors: keys_invalid, naming file, line, field and cure. */
export const parseLedger = (text: string, path: string): LedgerEntry[] => {
  if (text === '') throw unfit(path, 'is empty: restore it from a backup');
  const lines = text.split('\n');
  if (lines.pop() !== '') {
    throw unfit(path, `line ${lines.length + 1} is cut off in the middle: restore the file from a backup`);
  }
  const fingerprints = new Map<string, string>();
  return lines.map((line, index) => {
    const where = `line ${index + 1}`;
    const entry = parseLine(line, path, where);
    if (births.has(entry.event)) {
      checkBirth(entry, path, where);
      if (!fingerprints.has(entry.kid)) fingerprints.set(entry.kid, entry.fingerprint);
    }
    if ((fingerprints.get(entry.kid) ?? entry.fingerprint) !== entry.fingerprint) {
      throw unfit(
        path,
        `${where}: fingerprint is not that of the key "${entry.kid}": restore it from a backup`,
      );
    }
    return entry;
  });
};

const parseLine = (line: string, path: string, where: string): LedgerEntry => {
  const json = parseJson(line);
  if (typeof json !== 'object' || json === null) {
    throw unfit(path, `${where} is no JSON object: restore the file from a backup`);
  }
  const version = 'version' in json ? json.version : undefined;
  if (typeof version === 'number' && version > ledgerVersion) {
    throw unfit(path, `${where}: version ${version} is of a newer Kinpass: run that one, or a later one`);
  }
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys[0] : 'line');
    throw unfit(path, `${where}: ${field} is not as Kinpass writes it: restore the file from a backup`);
  }
  const { version: _, longestLife, ...rest } = parsed.data;
  return { ...rest, ...(longestLife !== undefined && { longestLife: longestLife * 1_000 }) };
};

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const checkBirth = (
  { publicKey, where: place, fingerprint }: LedgerEntry,
  path: string,
  where: string,
): void => {
  if (!publicKey || !place)
    throw unfit(path, `${where}: publicKey or where is missing: restore it from a backup`);
  if (fingerprintOf(publicKey) !== fingerprint) {
    throw unfit(path, `${where}: fingerprint is not that of publicKey: restore it from a backup`);
  }
};

const fingerprintOf = (publicKey: Parameters<typeof toPublicJwk>[1]): string | undefined => {
  try {
    return publicFingerprint(publicKey);
  } catch {
    return undefined;
  }
};

export const formatLine = ({ at, planned, longestLife, ...rest }: LedgerEntry): string =>
  `${JSON.stringify({
    version: ledgerVersion,
    at: new Date(at).toISOString(),
    ...rest,
    ...(planned !== undefined && { planned: new Date(planned).toISOString() }),
    ...(longestLife !== undefined && { longestLife: Math.ceil(longestLife / 1_000) }),
  })}\n`;
