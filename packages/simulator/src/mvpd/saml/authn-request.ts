import type { Element } from '@xmldom/xmldom';
import { MvpdProblem } from '../problem.ts';
import type { SamlMvpd, ServiceProviderAgreement } from './agreement.ts';
import { assertion, childOf, childrenOf, protocol, textOf } from './read-xml.ts';

const formats = {
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent': 'persistent',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient': 'transient',
} as const;

/** Milliseconds: the allowed clock skew, and the maximum age of a request. */
const tolerance = 5 * 60_000;
const onBehalfOf = '/on-behalf-of/';

/** The attributes common to all SAML requests. */
export interface RequestHead {
  readonly id: string;
  /** The Issuer without the brand. */
  readonly issuer: string;
  /** The brand in the Issuer, after `/on-behalf-of/`. */
  readonly suffix: string | null;
}

export interface AuthnRequest extends RequestHead {
  /** The brand on whose behalf Adobe requests. */
  readonly brand: string;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  /** Null for an unsupported NameIDPolicy. */
  readonly nameId: 'persistent' | 'transient' | null;
}

/** Error: MvpdProblem, for a request from or for another party, or not issued recently. */
export const readHead = (
  root: Element,
  name: string,
  { destination, agreement, now }: { destination: string; agreement: ServiceProviderAgreement; now: number },
): RequestHead => {
  if (root.namespaceURI !== protocol || root.localName !== name || root.getAttribute('Version') !== '2.0')
    throw new MvpdProblem(`The message is not a SAML 2.0 ${name}.`);
  const id = root.getAttribute('ID') ?? '';
  if (!/^[A-Za-z_][\w.-]{15,127}$/.test(id)) throw new MvpdProblem('The message has no valid ID.');
  if (root.getAttribute('Destination') !== destination)
    throw new MvpdProblem('The message is for another recipient.');
  const at = Date.parse(root.getAttribute('IssueInstant') ?? '');
  if (!(Math.abs(at - now) <= tolerance)) throw new MvpdProblem('The message was not issued recently.');
  const [issuer = '', suffix = null, ...more] = textOf(childOf(root, assertion, 'Issuer')).split(onBehalfOf);
  if (issuer !== agreement.entityId || more.length > 0) throw new MvpdProblem('Unknown issuer.');
  return { id, issuer, suffix };
};

const flag = (root: Element, name: string): boolean => /^(?:true|1)$/.test(root.getAttribute(name) ?? '');

const nameIdOf = (root: Element, fallback: 'persistent' | 'transient'): AuthnRequest['nameId'] => {
  const format = childOf(root, protocol, 'NameIDPolicy')?.getAttribute('Format');
  if (!format || format === 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified') return fallback;
  return Object.entries(formats).find(([uri]) => uri === format)?.[1] ?? null;
};

/** The proxied MVPD that the request names; null if it names none. */
export const providerIdOf = (root: Element): string | null => {
  const scoping = childOf(root, protocol, 'Scoping');
  const list = scoping && childOf(scoping, protocol, 'IDPList');
  const entries = list ? childrenOf(list, protocol, 'IDPEntry') : [];
  if (entries.length > 1) throw new MvpdProblem('The message names more than one TV provider.');
  return entries[0]?.getAttribute('ProviderID') ?? null;
};

const brandOf = (root: Element, { suffix }: RequestHead, { authentication }: SamlMvpd): string => {
  const scoping = childOf(root, protocol, 'Scoping');
  const requester = textOf(scoping && childOf(scoping, protocol, 'RequesterID'));
  const brand = authentication.scoping === 'issuer' ? (suffix ?? '') : suffix === null ? requester : '';
  if (!brand) throw new MvpdProblem('The message does not name a brand.');
  return brand;
};

/** SAML core, 3.4.1, as used on Adobe's page "MVPD authentication". Error: MvpdProblem. */
export const readAuthnRequest = (
  root: Element,
  {
    mvpd,
    agreement,
    ...place
  }: { mvpd: SamlMvpd; destination: string; agreement: ServiceProviderAgreement; now: number },
): AuthnRequest => {
  const head = readHead(root, 'AuthnRequest', { ...place, agreement });
  const consumer = root.getAttribute('AssertionConsumerServiceURL');
  if (consumer && consumer !== agreement.assertionConsumer)
    throw new MvpdProblem('AssertionConsumerServiceURL is not the registered one.');
  const binding = root.getAttribute('ProtocolBinding');
  if (binding && binding !== 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST')
    throw new MvpdProblem('The only supported binding for assertions is HTTP-POST.');
  return {
    ...head,
    brand: brandOf(root, head, mvpd),
    forceAuthn: flag(root, 'ForceAuthn'),
    isPassive: flag(root, 'IsPassive'),
    nameId: nameIdOf(root, mvpd.authentication.nameId),
  };
};
