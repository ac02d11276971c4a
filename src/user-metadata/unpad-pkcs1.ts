/** Bytes: a block is 0, 2, at least eight random bytes that are not 0, and a 0 before the message. */
const minPadding = 8;

/** The message of an RSAES-PKCS1-v1_5 block; undefined if it is not one. Source: RFC 8017 §7.2.2. */
export const unpadPkcs1 = (block: Uint8Array): Uint8Array | undefined => {
  if (block[0] !== 0 || block[1] !== 2) return undefined;
  const end = block.indexOf(0, 2);
  return end >= 2 + minPadding ? block.subarray(end + 1) : undefined;
};
