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

export type MessageName = 'SAMLRequest' | 'SAMLResponse';

/** HTTP-Redirect binding with a detached signature (SAML bindings, 3.4.4.1). */
export const redirectUrl = (
  destination: string,
  { name, message, relayState }: { name: MessageName; message: string; relayState: string | null },
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): string => {
  const [uri, hash] = algorithms[algorithm];
  const query = new URLSearchParams({
    [name]: deflateRawSync(message).toString('base64'),
    ...(relayState !== null && { RelayState: relayState }),
    SigAlg: uri,
  }).toString();
  const signature = createSign(hash).update(query).sign(key, 'base64');
  return `${destination}?${query}&${new URLSearchParams({ Signature: signature })}`;
};

/** Returns the message of a query; `octets` is the query before decoding. RelayState is optional. Error: InvalidXml. */
export const readRedirected = (
  octets: string,
  name: MessageName,
  { key, algorithm }: { key: KeyObject; algorithm: Algorithm },
): string => {
  const pairs = octets.split('&');
  const rawPair = (parameter: string): string => {
    const [found, ...others] = pairs.filter((pair) => pair.startsWith(`${parameter}=`));
    if (found === undefined || others.length > 0) throw new InvalidXml(`there must be one ${parameter}`);
    return found;
  };
  const decoded = (parameter: string): string => new URLSearchParams(rawPair(parameter)).get(parameter) ?? '';
  const [uri, hash] = algorithms[algorithm];
  if (decoded('SigAlg') !== uri) throw new InvalidXml('the signature algorithm is not the agreed one');
  const hasRelayState = pairs.some((pair) => pair.startsWith('RelayState='));
  const signed = [name, ...(hasRelayState ? ['RelayState'] : []), 'SigAlg'].map(rawPair).join('&');
  if (!createVerify(hash).update(signed).verify(key, decoded('Signature'), 'base64'))
    throw new InvalidXml('the signature is invalid');
  try {
    const deflated = Buffer.from(decoded(name), 'base64');
    return inflateRawSync(deflated, { maxOutputLength: maxMessageSize }).toString('utf8');
  } catch {
    throw new InvalidXml('the message cannot be inflated');
  }
};
