import { type KeyObject, sign, verify } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import type { SamlAuthentication } from '#src/fixtures';
import { MvpdProblem } from '../problem.ts';
import { childrenOf, parseXml, signatures } from './read-xml.ts';

type Algorithm = SamlAuthentication['signature'];

const uris = {
  'rsa-sha256': {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
    hash: 'sha256',
  },
  'rsa-sha1': {
    signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
    hash: 'sha1',
  },
} as const;

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Adds an enveloped signature after the Issuer, where the SAML schema requires it. */
export const signElement = (
  text: string,
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): string => {
  const { signature, digest } = uris[algorithm];
  const signer = new SignedXml({
    privateKey: key,
    signatureAlgorithm: signature,
    canonicalizationAlgorithm: exclusive,
  });
  signer.addReference({ xpath: '/*', transforms: [enveloped, exclusive], digestAlgorithm: digest });
  signer.computeSignature(text, {
    prefix: 'ds',
    location: { reference: "/*/*[local-name()='Issuer']", action: 'after' },
  });
  return signer.getSignedXml();
};

/** Verifies the signature and returns the root element as it is covered, in canonical form. Error: MvpdProblem. */
export const signedRoot = (
  text: string,
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): string => {
  const root = parseXml(text);
  const [signature, ...others] = childrenOf(root, signatures, 'Signature');
  if (!signature || others.length > 0) throw new MvpdProblem('The message must have one signature.');
  const checker = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  checker.loadSignature(signature.toString());
  const [reference, ...more] = checker.getReferences();
  const { signature: wanted, digest } = uris[algorithm];
  const isAsAgreed =
    checker.signatureAlgorithm === wanted &&
    checker.canonicalizationAlgorithm === exclusive &&
    more.length === 0 &&
    reference?.uri === `#${root.getAttribute('ID')}` &&
    reference.digestAlgorithm === digest &&
    reference.transforms.every((transform) => transform === enveloped || transform === exclusive);
  if (!isAsAgreed) throw new MvpdProblem('The message is not signed as agreed.');
  try {
    if (checker.checkSignature(text)) return checker.getSignedReferences()[0] ?? '';
  } catch {
    // An invalid signature either throws or returns false.
  }
  throw new MvpdProblem('The signature of the message is invalid.');
};

/** SAML bindings, 3.4.4.1: the signature of a query covers its octets before decoding. */
export const signQuery = (
  query: string,
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): string => {
  const { signature, hash } = uris[algorithm];
  const signed = `${query}&SigAlg=${encodeURIComponent(signature)}`;
  const value = sign(hash, Buffer.from(signed), key).toString('base64');
  return `${signed}&Signature=${encodeURIComponent(value)}`;
};

export const verifyQuery = (
  { signed, algorithm: named, signature }: { signed: string; algorithm: string; signature: string },
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): void => {
  const { signature: wanted, hash } = uris[algorithm];
  if (named !== wanted) throw new MvpdProblem('The message is not signed as agreed.');
  if (!verify(hash, Buffer.from(signed), key, Buffer.from(signature, 'base64')))
    throw new MvpdProblem('The signature of the message is invalid.');
};
