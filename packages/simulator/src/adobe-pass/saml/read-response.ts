import type { KeyObject } from 'node:crypto';
import { childrenNamed, InvalidXml, onlyChild, parseXml, type XmlElement } from '#src/xml/parse';
import { verifySigned } from '#src/xml/signature';
import { decryptOnly } from './decrypt.ts';
import { assertion, protocol, requestOf, type SamlMvpd } from './names.ts';
import { type AssertionFacts, readAssertion } from './read-assertion.ts';

const status = 'urn:oasis:names:tc:SAML:2.0:status:';

interface Deps {
  /** Adobe's own, to decrypt assertions. */
  privateKey(): Promise<KeyObject>;
  /** The key registered for the MVPD; KeyInfo is ignored. */
  keyOf(mvpd: SamlMvpd): Promise<KeyObject>;
  /** The MVPD whose metadata has this EntityID. */
  mvpdOf(entityId: string): SamlMvpd | undefined;
  readonly consumer: string;
}

export interface ReadResponse {
  readonly mvpd: SamlMvpd;
  /** The attempt to which the response belongs. */
  readonly request: string;
  /** Null if a passive request found no session. */
  readonly facts: AssertionFacts | null;
}

const descendants = (element: XmlElement): XmlElement[] => [
  element,
  ...element.children.flatMap((child) => descendants(child)),
];

const isAssertion = ({ namespace, name }: XmlElement): boolean =>
  namespace === assertion && (name === 'Assertion' || name === 'EncryptedAssertion');

/** The status codes, outermost first, without their common prefix. */
const statusOf = (root: XmlElement): string[] => {
  const codes: string[] = [];
  let holder = onlyChild(root, protocol, 'Status');
  while (holder) {
    holder = onlyChild(holder, protocol, 'StatusCode');
    if (holder) codes.push((holder.attributes['Value'] ?? '').replace(status, ''));
  }
  return codes;
};

/** The response around the assertion. It is not signed: it can cause a rejection, but proves nothing. */
const readEnvelope = (root: XmlElement, { mvpdOf, consumer }: Deps) => {
  if (root.namespace !== protocol || root.name !== 'Response' || root.attributes['Version'] !== '2.0')
    throw new InvalidXml('this is not a SAML 2.0 Response');
  if (root.attributes['Destination'] !== consumer) throw new InvalidXml('Destination does not match');
  const mvpd = mvpdOf(onlyChild(root, assertion, 'Issuer')?.text.trim() ?? '');
  if (!mvpd) throw new InvalidXml('Issuer is unknown');
  const request = requestOf(root.attributes['InResponseTo']);
  if (request === null) throw new InvalidXml('the response is unsolicited');
  return { mvpd, request };
};

/** The verified assertion: the only one in its response, and encrypted if that was agreed. */
const signedAssertion = async (text: string, root: XmlElement, mvpd: SamlMvpd, deps: Deps) => {
  const { encryptsAssertions, signature } = mvpd.authentication;
  const expected = encryptsAssertions ? 'EncryptedAssertion' : 'Assertion';
  const [found, ...others] = descendants(root).filter(isAssertion);
  if (!found || others.length > 0) throw new InvalidXml('there must be one assertion');
  if (childrenNamed(root, assertion, expected).length !== 1)
    throw new InvalidXml(`there must be one ${expected} as a child of the response`);
  const key = await deps.keyOf(mvpd);
  if (!encryptsAssertions)
    return verifySigned(text, {
      signed: (read) => onlyChild(read, assertion, expected),
      key,
      algorithms: [signature],
    });
  const plaintext = await decryptOnly(text, await deps.privateKey());
  if (descendants(parseXml(plaintext)).filter(isAssertion).length !== 1)
    throw new InvalidXml('there must be one assertion');
  return verifySigned(plaintext, {
    signed: (read) => (read.namespace === assertion && read.name === 'Assertion' ? read : null),
    key,
    algorithms: [signature],
  });
};

/** SAML profiles, 4.1.4.3. `now` is epoch milliseconds. Error: InvalidXml. */
export const readResponse = async (text: string, now: number, deps: Deps): Promise<ReadResponse> => {
  const root = parseXml(text);
  const { mvpd, request } = readEnvelope(root, deps);
  const codes = statusOf(root);
  if (codes.join(' ') === 'Responder NoPassive') return { mvpd, request, facts: null };
  if (codes[0] !== 'Success')
    throw new InvalidXml(`the MVPD responded with ${codes.join(', ') || 'no status'}`);
  const signed = await signedAssertion(text, root, mvpd, deps);
  const facts = readAssertion(signed, {
    issuer: onlyChild(root, assertion, 'Issuer')?.text.trim() ?? '',
    qualified: mvpd.authentication.proxy !== undefined,
    inResponseTo: root.attributes['InResponseTo'] ?? '',
    recipient: deps.consumer,
    now,
  });
  return { mvpd, request, facts };
};
