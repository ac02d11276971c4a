const shape = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Whether a text is a compact JWS in its only canonical spelling, at most `longest` characters long. Decoders
 * forgive padding, white space and unused bits, so that one signed token has many spellings: none of them counts.
 */
export const isCanonicalJws = (text: string, longest = 16_384): boolean =>
  text.length <= longest &&
  shape.test(text) &&
  text.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
