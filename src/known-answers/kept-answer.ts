import { Buffer } from 'node:buffer';
import type { Answer } from '#src/adobe-pass/types';
import type { JsonObject } from '#src/lib/json';

export type KeptAnswer = Answer & { readonly bytes: Buffer };

/** A copy with bytes of its own: those of a response may be part of a larger buffer, which would stay too. */
export const keptAnswer = ({ status, body, bytes }: Answer): KeptAnswer => {
  const own = Buffer.from(bytes ?? JSON.stringify(body));
  return {
    status,
    bytes: own,
    /** Parsed at each use: few look into it. */
    get body() {
      return JSON.parse(own.toString()) as JsonObject;
    },
  };
};
