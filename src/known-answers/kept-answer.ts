import { Buffer } from 'node:buffer';
import type { Answer } from '#src/adobe-pass/types';
import type { JsonObject } from '#src/lib/json';

export type KeptAnswer = Answer & { readonly bytes: Buffer };

/** A copy with bytes of its own: those of a response may be part of a larger buffer, which would stay too. */
export const keptAnswer = (answer: Answer): KeptAnswer => {
  const own = Buffer.from(answer.bytes ?? JSON.stringify(answer.body));
  return {
    status: answer.status,
    bytes: own,
    /** Parsed at each use: few look into it. */
    get body() {
      return JSON.parse(own.toString()) as JsonObject;
    },
  };
};

/** What Adobe says twice in the same bytes need not be read twice. */
export const isSame = (kept: KeptAnswer, { status, bytes }: Answer): boolean =>
  kept.status === status && bytes !== undefined && kept.bytes.equals(bytes);
