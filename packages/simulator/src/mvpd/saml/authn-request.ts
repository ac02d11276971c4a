import type { Element } from '@xmldom/xmldom';
import { MvpdProblem } from '../problem.ts';
import type { SamlMvpd, ServiceProviderAgreement } from './agreement.ts';
import { assertion, childOf, childrenOf, protocol, textOf } from './read-xml.ts';

const formats = {
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent': 'persistent',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient': 'transient',
} as const;

/** How far the clocks of Adobe and the MVPD may differ, and how old a request may be. */
const tolerance = 5 * 60_000;
const onBehalfOf = '/on-behalf-of/';

/** What every SAML request says of itself. */
export interface RequestHead {
  readonly id: string;
  /** The Issuer without what names the brand. */
  readonly issuer: string;
  /** The brand that the Issuer names behind `/on-behalf-of/`. */
  readonly suffix: string | null;
}

export interface AuthnRequest extends RequestHead {
  /** The brand for which Adobe asks. */
  readonly brand: string;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  /** Null for a NameIDPolicy that no MVPD serves. */
  readonly nameId: 'persistent' | 'transient' | null;
}

/** Errors: MvpdProblem for a request that is somebody else's, for somebody else, or of another time. */
export const readHead = (
  root: Element,
  name: string,
  { destination, agreement, now }: { destination: string; agreement: ServiceProviderAgreement; now: number },
): RequestHead => {
  if (root.namespaceURI !== protocol || root.localName !== name || root.getAttribute('Version') !== '2.0')
    throw new MvpdProblem(`The message is no ${name} of SAML 2.0.`);
  const id = root.getAttribute('ID') ?? '';
  if (!/^[A-Za-z_][\w.-]{15,127}$/.test(id)) throw new MvpdProblem('The message has no ID.');
  if (root.getAttribute('Destination') !== destination)
    throw new MvpdProblem('The message is meant for somebody else.');
  const at = Date.parse(root.getAttribute('IssueInstant') ?? '');
  if (!(Math.abs(at - now) <= tolerance)) throw new MvpdProblem('The message is of another time.');
  const [issuer = '', suffix = null, ...more] = textOf(childOf(root, assertion, 'Issuer')).split(onBehalfOf);
  if (issuer !== agreement.entityId || more.length > 0)
    throw new MvpdProblem('The issuer is not known here.');
  return { id, issuer, suffix };
};

const flag = (root: Element, name: string): boolean => /^(?:true|1)$/.test(root.getAttribute(name) ?? '');

const nameIdOf = (root: Element, fallback: 'persistent' | 'transient'): AuthnRequest['nameId'] => {
  const format = childOf(root, protocol, 'NameIDPolicy')?.getAttribute('Format');
  if (!format || format === 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified') return fallback;
  return Object.entries(formats).find(([uri]) => uri === format)?.[1] ?? null;
};

/** The MVPD that the request asks a proxy for; null when it names none. */
export const providerIdOf = (root: Element): string | null => {
  const scoping = childOf(root, protocol, 'Scoping');
  const list = scoping && childOf(scoping, protocol, 'IDPList');
  const entries = list ? childrenOf(list, protocol, 'IDPEntry') : [];
  if (entries.length > 1) throw new MvpdProblem('The message asks for more than one TV provider.');
  return entries[0]?.getAttribute('ProviderID') ?? null;
};

const brandOf = (root: Element, { suffix }: RequestHead, { authentication }: SamlMvpd): string => {
  const scoping = childOf(root, protocol, 'Scoping');
  const requester = textOf(scoping && childOf(scoping, protocol, 'RequesterID'));
  const brand = authentication.scoping === 'issuer' ? (suffix ?? '') : suffix === null ? requester : '';
  if (!brand) throw new MvpdProblem('The message does not say for which brand.');
  return brand;
};

/** SAML core, 3.4.1, as Adobe's page "MVPD authentication" fills it. Errors: MvpdProblem. */
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
    throw new MvpdProblem('The assertion would go where nothing was agreed on.');
  const binding = root.getAttribute('ProtocolBinding');
  if (binding && binding !== 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST')
    throw new MvpdProblem('Assertions go by HTTP-POST alone.');
  return {
    ...head,
    brand: brandOf(root, head, mvpd),
    forceAuthn: flag(root, 'ForceAuthn'),
    isPassive: flag(root, 'IsPassive'),
    nameId: nameIdOf(root, mvpd.authentication.nameId),
  };
};
