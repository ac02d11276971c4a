import { createHash, type KeyObject, verify } from 'node:crypto';
import type { Clock } from '#src/lib/clock';
import { InvalidXml, parseXml } from '#src/xml/parse';

/** The status codes of Adobe's Media Token Verifier. */
export type MediaTokenStatus =
  | 'VALID_TOKEN'
  | 'INVALID_TOKEN_FORMAT'
  | 'INVALID_SIGNATURE'
  | 'TOKEN_EXPIRED'
  | 'INVALID_RESOURCE_ID';

export interface MediaToken {
  readonly sessionGuid: string;
  readonly requestorId: string;
  readonly resourceId: string;
  /** Milliseconds. */
  readonly ttl: number;
  /** Epoch milliseconds. */
  readonly issueTime: number;
  readonly mvpdId: string;
  readonly proxyMvpdId: string | null;
}

export interface Verification {
  readonly status: MediaTokenStatus;
  /** Details of the status; null for a valid token. */
  readonly detail: string | null;
  /** Null unless the signature is valid. */
  readonly token: MediaToken | null;
}

interface Options {
  readonly keys: readonly KeyObject[];
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds of clock skew added to the token's lifetime. */
  readonly skew?: number;
  /** The maximum lifetime in milliseconds, whatever the token says. */
  readonly maxTtl?: number;
  /** Older tokens were signed with 1024-bit keys. */
  readonly minModulusBits?: number;
  /** The tokens that may not be used again; Adobe's own verifier remembers none. */
  readonly used?: Pick<UsedTokens, 'add'>;
}

interface Expected {
  readonly requestorId: string;
  /** Null skips the check. */
  readonly resourceId: string | null;
}

class Invalid extends Error {
  readonly status: MediaTokenStatus;

  constructor(status: MediaTokenStatus, detail: string) {
    super(detail);
    this.name = 'Invalid';
    this.status = status;
  }
}

const maxLength = 128 * 1024;
const shape =
  /^\s*<signatureInfo>([A-Za-z0-9+/=\s]+)<\/?signatureInfo>(<(authToken|shortAuthorizationToken)>.*<\/\3>)\s*$/s;

/** The signature and the exact bytes that it covers. The documented element differs from the observed one. */
const split = (serialized: string): { signature: Buffer; element: string } => {
  const isRaw = serialized.trimStart().startsWith('<');
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(serialized);
  if (serialized.length > maxLength || !(isRaw || isBase64))
    throw new Invalid('INVALID_TOKEN_FORMAT', 'the token is neither Base64 nor XML');
  const raw = isRaw ? serialized : Buffer.from(serialized, 'base64').toString('utf8');
  const [, signature, element] = shape.exec(raw) ?? [];
  if (signature === undefined || element === undefined)
    throw new Invalid('INVALID_TOKEN_FORMAT', 'the token is not a signature followed by a token');
  return { signature: Buffer.from(signature, 'base64'), element };
};

const required = ['sessionGUID', 'requestorID', 'resourceID', 'ttl', 'issueTime', 'mvpdId'];

const fieldsOf = (element: string): ReadonlyMap<string, string> => {
  try {
    const { children, attributes } = parseXml(element);
    const names = children.map(({ name }) => name);
    const isPlain =
      Object.keys(attributes).length === 0 &&
      children.every((child) => child.children.length === 0 && child.namespace === '') &&
      names.every((name) => [...required, 'proxyMvpdId'].includes(name)) &&
      new Set(names).size === names.length &&
      required.every((name) => names.includes(name));
    if (isPlain) return new Map(children.map(({ name, text }) => [name, text]));
  } catch (error) {
    if (!(error instanceof InvalidXml)) throw error;
  }
  throw new Invalid('INVALID_TOKEN_FORMAT', 'fields are missing, unknown or repeated');
};

/** `yyyy-MM-dd HH:mm:ss Z` */
const timeOf = (text: string): number => {
  const [, date, time, hours, minutes] = /^(\S{10}) (\S{8}) ([+-]\d\d)(\d\d)$/.exec(text) ?? [];
  return Date.parse(`${date}T${time}${hours}:${minutes}`);
};

const readToken = (element: string): MediaToken => {
  const fields = fieldsOf(element);
  const field = (name: string): string => fields.get(name) ?? '';
  const issueTime = timeOf(field('issueTime'));
  const ttl = /^\d{1,12}$/.test(field('ttl')) ? Number(field('ttl')) : Number.NaN;
  if (Number.isNaN(issueTime) || Number.isNaN(ttl))
    throw new Invalid('INVALID_TOKEN_FORMAT', 'the times are malformed');
  return {
    issueTime,
    ttl,
    sessionGuid: field('sessionGUID'),
    requestorId: field('requestorID'),
    resourceId: field('resourceID'),
    mvpdId: field('mvpdId'),
    proxyMvpdId: field('proxyMvpdId') || null,
  };
};

/** XML parsers normalize line ends. */
const sameText = (one: string, other: string): boolean => {
  const normal = (text: string) => text.replace(/\r\n?/g, '\n');
  return normal(one) === normal(other);
};

/** Tokens that have been used, by signature, each remembered until it expires. */
export const createUsedTokens = (clock: Pick<Clock, 'now'>) => {
  const ends = new Map<string, number>();
  return {
    /** Returns whether the token is used for the first time. */
    add: (signature: Buffer, end: number): boolean => {
      for (const [name, until] of ends) if (until < clock.now()) ends.delete(name);
      const name = createHash('sha256').update(signature).digest('base64');
      const isNew = !ends.has(name);
      if (isNew) ends.set(name, end);
      return isNew;
    },
    clear: (): void => ends.clear(),
  };
};

export type UsedTokens = ReturnType<typeof createUsedTokens>;

/**
 * Verifies media tokens like Adobe's library: first the signature, over the unchanged bytes, then the contents. A
 * different requestor counts as a wrong signature, because keys belong to requestors there.
 */
export const createMediaTokenVerifier = (options: Options) => {
  const { clock, skew = 0, maxTtl = Number.POSITIVE_INFINITY, minModulusBits = 2048, used } = options;
  const keys = options.keys.filter(
    ({ asymmetricKeyDetails }) => (asymmetricKeyDetails?.modulusLength ?? 0) >= minModulusBits,
  );

  const check = (token: MediaToken, signature: Buffer, { requestorId, resourceId }: Expected): void => {
    const { issueTime, ttl } = token;
    const now = clock.now();
    const end = issueTime + Math.min(ttl, maxTtl) + skew;
    if (token.requestorId !== requestorId)
      throw new Invalid('INVALID_SIGNATURE', 'the requestor does not match');
    if (now > end) throw new Invalid('TOKEN_EXPIRED', 'the token has expired');
    if (issueTime > now + ttl + skew)
      throw new Invalid('TOKEN_EXPIRED', 'the token was issued in the future');
    if (resourceId !== null && !sameText(token.resourceId, resourceId))
      throw new Invalid('INVALID_RESOURCE_ID', 'the resource does not match');
    if (used && !used.add(signature, end))
      throw new Invalid('TOKEN_EXPIRED', 'the token has been used before');
  };

  /** Accepts `serializedToken` as in REST V2, or decoded. */
  return (serializedToken: string, expected: Expected): Verification => {
    let token: MediaToken | null = null;
    try {
      const { signature, element } = split(serializedToken);
      if (!keys.some((key) => verify('sha256', Buffer.from(element), key, signature)))
        throw new Invalid('INVALID_SIGNATURE', 'no key verifies the signature');
      token = readToken(element);
      check(token, signature, expected);
      return { status: 'VALID_TOKEN', detail: null, token };
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      return { status: error.status, detail: error.message, token };
    }
  };
};
