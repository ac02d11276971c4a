import { createHmac, sign } from 'node:crypto';
import type { Key } from '../key.ts';

export interface MediaTokenFields {
  readonly serviceProvider: string;
  readonly resource: string;
  readonly mvpd: string;
  /** The proxy of a proxied MVPD. */
  readonly proxyMvpd?: string | undefined;
  readonly userId: string;
  readonly issuedAt: number;
  /** Milliseconds. */
  readonly lifetime: number;
}

/** An opaque id for fraud detection, stable per subscriber. */
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

/** `yyyy-MM-dd HH:mm:ss Z`, in Pacific time like Adobe's own. */
const issueTime = (at: number): string => {
  const offset = pacificOffset.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return `${pacific.format(at)} ${offset.replace(/GMT|:/g, '')}`;
};

/** MRSS is wrapped in CDATA, so that an XML parser returns it unchanged. */
const text = (value: string): string =>
  /[<&]|\]\]>/.test(value) ? `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>` : value;

/** Signs media tokens in the observed form: SHA256withRSA over the exact bytes of the `authToken` element. */
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
    // The second tag is an opening tag too, as in Adobe's tokens.
    return Buffer.from(`<signatureInfo>${signature}<signatureInfo>${token}`).toString('base64');
  },
});

export type MediaTokens = ReturnType<typeof createMediaTokens>;
