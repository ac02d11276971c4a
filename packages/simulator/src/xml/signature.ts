import type { KeyObject } from 'node:crypto';
import { XMLSerializer } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { childrenNamed, InvalidXml, onlyChild, parseDocument, parseXml, type XmlElement } from './parse.ts';

export type SignatureAlgorithm = 'rsa-sha256' | 'rsa-sha1';

const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const enveloped = `${dsig}enveloped-signature`;
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

const algorithms: Readonly<Record<SignatureAlgorithm, { signature: string; digest: string }>> = {
  'rsa-sha256': {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  'rsa-sha1': { signature: `${dsig}rsa-sha1`, digest: `${dsig}sha1` },
};

interface SignOptions {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  /** The value of the signed element's ID. */
  readonly id: string;
  /** Local name of the child after which the signature is inserted. */
  readonly after: string;
}

/** Adds an enveloped signature to the element with that ID: exclusive canonicalization, no KeyInfo. */
export const signXml = (xml: string, { key, algorithm, id, after }: SignOptions): string => {
  const { signature, digest } = algorithms[algorithm];
  const target = `//*[@ID='${id}']`;
  const signer = new SignedXml({
    privateKey: key.export({ format: 'pem', type: 'pkcs8' }),
    signatureAlgorithm: signature,
    canonicalizationAlgorithm: exclusive,
    getKeyInfoContent: () => null,
  });
  signer.addReference({
    xpath: target,
    transforms: [enveloped, exclusive],
    digestAlgorithm: digest,
  });
  const location = { reference: `${target}/*[local-name()='${after}']`, action: 'after' } as const;
  signer.computeSignature(xml, { prefix: 'ds', location });
  return signer.getSignedXml();
};

const algorithmOf = (parent: XmlElement | null, name: string): string | undefined =>
  parent ? onlyChild(parent, dsig, name)?.attributes['Algorithm'] : undefined;

/** Exactly one reference, to `id`, with SAML's transforms and an agreed algorithm. */
const isAsAgreed = (signature: XmlElement, id: string, allowed: readonly SignatureAlgorithm[]): boolean => {
  const signedInfo = onlyChild(signature, dsig, 'SignedInfo');
  const reference = signedInfo && onlyChild(signedInfo, dsig, 'Reference');
  const transforms = reference && onlyChild(reference, dsig, 'Transforms');
  if (!transforms || reference?.attributes['URI'] !== `#${id}`) return false;
  const applied = transforms.children.map(({ attributes }) => attributes['Algorithm']);
  return (
    applied.join(' ') === `${enveloped} ${exclusive}` &&
    algorithmOf(signedInfo, 'CanonicalizationMethod') === exclusive &&
    allowed.some(
      (name) =>
        algorithmOf(signedInfo, 'SignatureMethod') === algorithms[name].signature &&
        algorithmOf(reference, 'DigestMethod') === algorithms[name].digest,
    )
  );
};

const descendants = (element: XmlElement): XmlElement[] => [
  element,
  ...element.children.flatMap((child) => descendants(child)),
];

const idsOf = (root: XmlElement): string[] =>
  descendants(root).flatMap(({ attributes }) => attributes['ID'] ?? []);

const signatureNode = (xml: string): string => {
  const [node, ...others] = Array.from(parseDocument(xml).root.getElementsByTagNameNS(dsig, 'Signature'));
  if (!node || others.length > 0) throw new InvalidXml('there must be one signature');
  return new XMLSerializer().serializeToString(node);
};

interface VerifyOptions {
  /** Finds the element that must be signed; null if it is not in its place. */
  readonly signed: (root: XmlElement) => XmlElement | null;
  readonly key: KeyObject;
  readonly algorithms: readonly SignatureAlgorithm[];
}

/**
 * Verifies the signature and returns the signed element, parsed from the bytes that the signature covers; everything
 * else in the document, including the signature, is dropped. KeyInfo is ignored. Error: InvalidXml.
 */
export const verifySigned = (
  xml: string,
  { signed, key, algorithms: allowed }: VerifyOptions,
): XmlElement => {
  const root = parseXml(xml);
  const target = signed(root);
  const id = target?.attributes['ID'];
  if (!target || !id) throw new InvalidXml('the element to be signed is missing or has no ID');
  const ids = idsOf(root);
  if (new Set(ids).size !== ids.length) throw new InvalidXml('an ID is repeated');
  const [signature, ...others] = childrenNamed(target, dsig, 'Signature');
  if (!signature || others.length > 0 || !isAsAgreed(signature, id, allowed))
    throw new InvalidXml('the signature is missing or not as agreed');

  const verifier = new SignedXml({
    publicCert: key.export({ format: 'pem', type: 'spki' }),
    getCertFromKeyInfo: () => null,
  });
  verifier.idAttributes = ['ID'];
  try {
    verifier.loadSignature(signatureNode(xml));
    if (!verifier.checkSignature(xml)) throw new InvalidXml('the signature is invalid');
  } catch {
    throw new InvalidXml('the signature is invalid');
  }
  const [bytes, ...more] = verifier.getSignedReferences();
  if (bytes === undefined || more.length > 0) throw new InvalidXml('the signature is invalid');
  return parseXml(bytes);
};
