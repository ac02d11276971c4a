export interface MediaToken {
  /** The MVPD's user id, hashed by Adobe: the same for all streams of a subscriber, for detecting fraud. */
  readonly session: string;
  readonly requestor: string;
  readonly resource: string;
  readonly mvpd: string;
  readonly proxyMvpd?: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const required = ['sessionGUID', 'requestorID', 'resourceID', 'ttl', 'issueTime', 'mvpdId'] as const;
const known: ReadonlySet<string> = new Set([...required, 'proxyMvpdId']);

/**
 * The fields of a token whose signature was verified. Undefined unless it has each known field once and nothing else:
 * no attributes, nested elements, comments, or entities beyond the five of XML.
 */
export const readFields = (text: string): MediaToken | undefined => {
  const fields = scan(text);
  if (!fields || required.some((name) => !fields.has(name))) return undefined;
  const of = (name: string): string => fields.get(name) ?? '';
  const [issuedAt, ttl] = [instantOf(of('issueTime')), of('ttl')];
  if (issuedAt === undefined || !/^\d{1,12}$/.test(ttl)) return undefined;
  return {
    session: of('sessionGUID'),
    requestor: of('requestorID'),
    resource: of('resourceID'),
    mvpd: of('mvpdId'),
    ...(of('proxyMvpdId') && { proxyMvpd: of('proxyMvpdId') }),
    issuedAt,
    expiresAt: issuedAt + Number(ttl),
  };
};

const openingTag = /<([A-Za-z]{1,32})(\/?)>/y;
const characterData = /<!\[CDATA\[([\s\S]*?)\]\]>|([^<]+)/y;

const scan = (text: string): Map<string, string> | undefined => {
  const fields = new Map<string, string>();
  let at = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found;
  };
  while (at < text.length) {
    const [, name = '', isEmpty] = next(openingTag) ?? [];
    if (!known.has(name) || fields.has(name)) return undefined;
    let value = '';
    if (!isEmpty) {
      for (let part = next(characterData); part; part = next(characterData)) {
        const piece = part[1] ?? unescaped(part[2] ?? '');
        if (piece === undefined) return undefined;
        value += piece;
      }
      if (!text.startsWith(`</${name}>`, at)) return undefined;
      at += name.length + 3;
    }
    fields.set(name, value);
  }
  return fields;
};

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** Undefined if there is an entity beyond the five. */
const unescaped = (text: string): string | undefined => {
  if (!text.includes('&')) return text;
  if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(text)) return undefined;
  return text.replaceAll(/&\w+;/g, (entity) => entities[entity] ?? '');
};

/** `2017-03-16 07:39:48 -0700` */
const instantOf = (text: string): number | undefined => {
  const [, day, time, hours, minutes] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(text) ?? [];
  const instant = Date.parse(`${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(instant) ? undefined : instant;
};
