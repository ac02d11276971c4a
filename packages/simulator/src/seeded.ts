import { createHmac } from 'node:crypto';
import type { Ids } from '#src/lib/ids';

/** Ids in a sequence that depends only on the seed. */
export interface SeededIds extends Ids {
  /** Position in the sequence, from which a restored world continues. */
  readonly position: number;
  resume(position: number): void;
}

const block = (seed: string, position: number): Buffer =>
  createHmac('sha256', seed).update(String(position)).digest();

export const createSeededIds = (seed: string): SeededIds => {
  let position = 0;
  const bytes = (length: number): Buffer => {
    const blocks: Buffer[] = [];
    while (blocks.length * 32 < length) {
      blocks.push(block(seed, position));
      position += 1;
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
  return {
    secret: (length = 32) => bytes(length).toString('base64url'),
    /** Formatted as version 4 (RFC 9562 §5.4). */
    uuid: () => {
      const value = bytes(16);
      value[6] = ((value[6] ?? 0) & 0x0f) | 0x40;
      value[8] = ((value[8] ?? 0) & 0x3f) | 0x80;
      return value.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
    get position() {
      return position;
    },
    resume: (at) => {
      position = at;
    },
  };
};

/** Numbers in [0, 1), in a sequence that depends only on the seed. */
export const createChance = (seed: string): (() => number) => {
  let position = 0;
  return () => {
    position += 1;
    return block(seed, position).readUIntBE(0, 6) / 2 ** 48;
  };
};
