import type { TokenSigner } from './ports.ts';

const encode = (part: object | string): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** Header and payload as a compact JWS (RFC 7515 §3.1); objects are serialized as JSON. Errors: the signer's. */
export const signCompact = async (
  signer: Pick<TokenSigner, 'sign'>,
  header: object | string,
  payload: object | string,
): Promise<string> => {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = await signer.sign(Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
};
