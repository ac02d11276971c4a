import { createSign, createVerify, type KeyObject } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SamlAuthentication } from '#src/fixtures';
import { InvalidXml } from '#src/xml/parse';

type Algorithm = SamlAuthentication['signature'];

const algorithms = {
  'rsa-sha256': ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'RSA-SHA256'],
  'rsa-sha1': ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'RSA-SHA1'],
} as const;

const maxMessageSize = 64 * 1024;

/** HTTP-Redirect binding with a detached signature (SAML bindings, 3.4.4.1). */
export const redirectUrl = (
  destination: string,
  { message, relayState }: { message: string; relayState: string },
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): string => {
  const [uri, name] = algorithms[algorithm];
  const query = new URLSearchParams({
    SAMLRequest: deflateRawSync(message).toString('base64'),
    RelayState: relayState,
    SigAlg: uri,
  }).toString();
  const signature = createSign(name).update(query).sign(key, 'base64');
  return `${destination}?${query}&${new URLSearchParams({ Signature: signature })}`;
};

/** Returns the message of a query; `octets` is the query before decoding. Error: InvalidXml. */
export const readRedirected = (
  octets: string,
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): string => {
  const rawPair = (name: string): string => {
    const [found, ...others] = octets.split('&').filter((pair) => pair.startsWith(`${name}=`));
    if (found === undefined || others.length > 0) throw new InvalidXml(`there must be one ${name}`);
    return found;
  };
  const decoded = (name: string): string => new URLSearchParams(rawPair(name)).get(name) ?? '';
  const [uri, name] = algorithms[algorithm];
  if (decoded('SigAlg') !== uri) throw new InvalidXml('the signature algorithm is not the agreed one');
  const signed = ['SAMLResponse', 'RelayState', 'SigAlg'].map(rawPair).join('&');
  if (!createVerify(name).update(signed).verify(key, decoded('Signature'), 'base64'))
    throw new InvalidXml('the signature is invalid');
  try {
    const deflated = Buffer.from(decoded('SAMLResponse'), 'base64');
    return inflateRawSync(deflated, { maxOutputLength: maxMessageSize }).toString('utf8');
  } catch {
    throw new InvalidXml('the message cannot be inflated');
  }
};
