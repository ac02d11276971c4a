import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Mvpd } from '#src/fixtures';
import { refuse } from '../errors/refusal.ts';
import type { Switches } from '../switches.ts';

/** SHA-256, SHA-384 and SHA-512 in hexadecimal. */
const sha2 = /^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i;

/** The hash under which an identifier is stored; one that the programmer has hashed is kept as it is. */
export const identifierHash = (identifier: string): string =>
  sha2.test(identifier) ? identifier.toLowerCase() : createHash('sha256').update(identifier).digest('hex');

const identitySchema = z.record(z.string(), z.unknown());

/** The first text of the JSON object: its key (`email`, `e-mail`) is agreed with each programmer. */
const identifierOf = (header: string): string | null => {
  try {
    const identity = identitySchema.parse(JSON.parse(Buffer.from(header, 'base64').toString('utf8')));
    return Object.values(identity).find((value) => typeof value === 'string' && value !== '') as string;
  } catch {
    return null;
  }
};

/**
 * AP-TempPass-Identity: Base64 of a JSON object with the viewer's identifier, required by a promotional TempPass and
 * ignored by a basic one. Returns the identifier's hash. Error: invalid_header_identity_for_temporary_access.
 */
export const identityOf = (
  mvpd: Mvpd,
  headers: IncomingHttpHeaders,
  { tempPassHash }: Pick<Switches, 'tempPassHash'>,
): string | null => {
  if (!mvpd.isPromotional) return null;
  const identifier = identifierOf(String(headers['ap-temppass-identity'] ?? '')) ?? '';
  const isAccepted = tempPassHash === 'required' ? sha2.test(identifier) : identifier !== '';
  if (!isAccepted) throw refuse('invalid_header_identity_for_temporary_access');
  return identifierHash(identifier);
};
