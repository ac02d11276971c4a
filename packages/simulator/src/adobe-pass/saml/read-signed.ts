import type { KeyObject } from 'node:crypto';
import { InvalidXml, onlyChild, parseXml, type XmlElement } from '#src/xml/parse';
import { assertion, type SamlMvpd } from './names.ts';
import { type MessageName, readRedirected } from './redirect.ts';

export interface SignedDeps {
  readonly candidates: readonly SamlMvpd[];
  /** Where messages of this kind are sent. */
  readonly destination: string;
  keyOf(mvpd: SamlMvpd): Promise<KeyObject>;
  entityIdOf(mvpd: SamlMvpd): string;
}

/**
 * Reads a message of an MVPD from a query. Tries each MVPD's key: the issuer is inside the compressed message, which the
 * signature covers. Error: InvalidXml.
 */
export const readSigned = async (
  octets: string,
  name: MessageName,
  { candidates, keyOf, entityIdOf }: SignedDeps,
): Promise<{ readonly mvpd: SamlMvpd; readonly root: XmlElement }> => {
  for (const mvpd of candidates) {
    const agreed = { key: await keyOf(mvpd), algorithm: mvpd.authentication.signature };
    const text = await Promise.resolve()
      .then(() => readRedirected(octets, name, agreed))
      .catch(() => null);
    const root = text === null ? null : parseXml(text);
    if (root && onlyChild(root, assertion, 'Issuer')?.text.trim() === entityIdOf(mvpd)) return { mvpd, root };
  }
  throw new InvalidXml('no known MVPD has signed this');
};
