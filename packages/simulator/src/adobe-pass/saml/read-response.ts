import type { KeyObject } from 'node:crypto';
import { childrenNamed, InvalidXml, onlyChild, parseXml, type XmlElement } from '#src/xml/parse';
import { verifySigned } from '#src/xml/signature';
import { decryptOnly } from './decrypt.ts';
import { assertion, protocol, requestOf, type SamlMvpd } from './names.ts';
import { type AssertionFacts, readAssertion } from './read-assertion.ts';

const status = 'urn:oasis:names:tc:SAML:2.0:status:';

interface Deps {
  /** Adobe's own, to open encrypted assertions. */
  privateKey(): Promise<KeyObject>;
  /** The key that the MVPD handed over; KeyInfo is never looked at. */
  keyOf(mvpd: SamlMvpd): Promise<KeyObject>;
  /** The MVPD whose metadata has this EntityID. */
  mvpdOf(entityId: string): SamlMvpd | undefined;
  readonly consumer: string;
}

export interface ReadResponse {
  readonly mvpd: SamlMvpd;
  /** The attempt that the response answers. */
  readonly request: string;
  /** Null when a passive request met no session. */
  readonly facts: AssertionFacts | null;
}

const descendants = (element: XmlElement): XmlElement[] => [
  element,
  ...element.children.flatMap((child) => descendants(child)),
];

const isAssertion = ({ namespace, name }: XmlElement): boolean =>
  namespace === assertion && (name === 'Assertion' || name === 'EncryptedAssertion');

/** The status codes, the outermost first, without their common beginning. */
const statusOf = (root: XmlElement): string[] => {
  const codes: string[] = [];
  let holder = onlyChild(root, protocol, 'Status');
  while (holder) {
    holder = onlyChild(holder, protocol, 'StatusCode');
    if (holder) codes.push((holder.attributes['Value'] ?? '').replace(status, ''));
  }
  return codes;
};

/** What is said around the assertion. Nobody signs it, so it may refuse, and vouch for nothing. */
const readEnvelope = (root: XmlElement, { mvpdOf, consumer }: Deps) => {
  if (root.namespace !== protocol || root.name !== 'Response' || root.attributes['Version'] !== '2.0')
    throw new InvalidXml('this is no Response of SAML 2.0');
  if (root.attributes['Destination'] !== consumer) throw new InvalidXml('Destination is somebody else');
  const mvpd = mvpdOf(onlyChild(root, assertion, 'Issuer')?.text.trim() ?? '');
  if (!mvpd) throw new InvalidXml('Issuer is not known');
  const request = requestOf(root.attributes['InResponseTo']);
  if (request === null) throw new InvalidXml('nobody asked for this response');
  return { mvpd, request };
};

/** The assertion as it is signed: alone in its response, and encrypted where that was agreed on. */
const signedAssertion = async (text: string, root: XmlElement, mvpd: SamlMvpd, deps: Deps) => {
  const { encryptsAssertions, signature } = mvpd.authentication;
  const wanted = encryptsAssertions ? 'EncryptedAssertion' : 'Assertion';
  const [found, ...others] = descendants(root).filter(isAssertion);
  if (!found || others.length > 0) throw new InvalidXml('there must be one assertion');
  if (childrenNamed(root, assertion, wanted).length !== 1)
    throw new InvalidXml(`there must be one ${wanted} in the response itself`);
  const key = await deps.keyOf(mvpd);
  if (!encryptsAssertions)
    return verifySigned(text, {
      signed: (read) => onlyChild(read, assertion, wanted),
      key,
      algorithms: [signature],
    });
  const clear = await decryptOnly(text, await deps.privateKey());
  if (descendants(parseXml(clear)).filter(isAssertion).length !== 1)
    throw new InvalidXml('there must be one assertion');
  return verifySigned(clear, {
    signed: (read) => (read.namespace === assertion && read.name === 'Assertion' ? read : null),
    key,
    algorithms: [signature],
  });
};

/** SAML profiles, 4.1.4.3. Throws InvalidXml; `now` is epoch milliseconds. */
export const readResponse = async (text: string, now: number, deps: Deps): Promise<ReadResponse> => {
  const root = parseXml(text);
  const { mvpd, request } = readEnvelope(root, deps);
  const codes = statusOf(root);
  if (codes.join(' ') === 'Responder NoPassive') return { mvpd, request, facts: null };
  if (codes[0] !== 'Success') throw new InvalidXml(`the MVPD answered ${codes.join(', ') || 'nothing'}`);
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
