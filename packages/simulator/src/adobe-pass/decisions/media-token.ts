import { createHmac, sign } from 'node:crypto';
import type { Key } from '../key.ts';

export interface MediaTokenFields {
  readonly serviceProvider: string;
  readonly resource: string;
  readonly mvpd: string;
  /** Who speaks for the MVPD, where it does not speak for itself. */
  readonly proxyMvpd?: string | undefined;
  readonly userId: string;
  readonly issuedAt: number;
  /** Milliseconds. */
  readonly lifetime: number;
}

/** The fraud-use name of the subscriber: the same for everyone who asks, telling nothing. */
const sessionGuid = (mvpd: string, userId: string): string =>
  createHmac('sha256', 'simulated session guid').update(`${mvpd}|${userId}`).digest('hex').slice(0, 32);

const pacific = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/Los_Angeles',
  dateStyle: 'short',
  timeStyle: 'medium',
});
const pacificOffset = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  timeZoneName: 'longOffset',
});

/** `yyyy-MM-dd HH:mm:ss Z`, on the Pacific coast as Adobe's own. */
const issueTime = (at: number): string => {
  const offset = pacificOffset.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return `${pacific.format(at)} ${offset.replace(/GMT|:/g, '')}`;
};

/** MRSS goes into CDATA, so that an XML reader gives it back exactly. */
const text = (value: string): string =>
  /[<&]|\]\]>/.test(value) ? `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>` : value;

/** Signs the observed form: SHA256withRSA over exactly the bytes of the `authToken` element. */
export const createMediaTokens = (key: Pick<Key, 'get'>) => ({
  /** Base64 of `<signatureInfo>…<signatureInfo><authToken>…</authToken>`. */
  sign: async ({
    serviceProvider,
    resource,
    mvpd,
    proxyMvpd,
    userId,
    issuedAt,
    lifetime,
  }: MediaTokenFields): Promise<string> => {
    const fields = [
      ['sessionGUID', sessionGuid(mvpd, userId)],
      ['requestorID', serviceProvider],
      ['resourceID', text(resource)],
      ['ttl', String(lifetime)],
      ['issueTime', issueTime(issuedAt)],
      ['mvpdId', text(mvpd)],
      ...(proxyMvpd === undefined ? [] : [['proxyMvpdId', text(proxyMvpd)]]),
    ];
    const token = `<authToken>${fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</authToken>`;
    const signature = sign('sha256', Buffer.from(token), await key.get()).toString('base64');
    // The second tag opens again; so it does in Adobe's tokens.
    return Buffer.from(`<signatureInfo>${signature}<signatureInfo>${token}`).toString('base64');
  },
});

export type MediaTokens = ReturnType<typeof createMediaTokens>;
