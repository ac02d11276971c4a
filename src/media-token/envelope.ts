export interface Envelope {
  readonly signature: Buffer;
  /** The bytes that the signature covers: the element, tags included. */
  readonly signed: Buffer;
  /** What the element holds. */
  readonly fields: string;
}

const maxLength = 128 * 1024;
const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** The second tag is an opening one in the tokens that Adobe sends. */
const signaturePart = /^<signatureInfo>([A-Za-z0-9+/\s]{1,4096}={0,2})<\/?signatureInfo>/;

/** `authToken` is what Adobe sends, `shortAuthorizationToken` what its documentation says. */
const elements = ['authToken', 'shortAuthorizationToken'] as const;

/** A serialized token, as text or in Base64. Undefined if it has another form. Nothing within the element is read. */
export const readEnvelope = (serialized: string): Envelope | undefined => {
  const text = serialized.length > maxLength ? undefined : textOf(serialized)?.trim();
  const [part, signature] = (text && signaturePart.exec(text)) || [];
  if (text === undefined || part === undefined || signature === undefined) return undefined;
  const rest = text.slice(part.length);
  const element = elements.find((name) => rest.startsWith(`<${name}>`) && rest.endsWith(`</${name}>`));
  if (!element) return undefined;
  return {
    signature: Buffer.from(signature, 'base64'),
    signed: Buffer.from(rest),
    fields: rest.slice(element.length + 2, -(element.length + 3)),
  };
};

const textOf = (serialized: string): string | undefined => {
  if (serialized.trimStart().startsWith('<')) return serialized;
  if (!base64.test(serialized)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(serialized, 'base64'));
  } catch {
    return undefined;
  }
};
