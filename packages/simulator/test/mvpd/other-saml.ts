import { createHash, createSign, type KeyObject, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm';
import { entityId } from './stage.ts';

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

const canonical = (xml: string): string => {
  using document = XmlDocument.fromString(xml);
  return document.root.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 });
};

interface Signing {
  readonly key: KeyObject;
  /** What the reference points at; the root's own ID unless given. */
  readonly uri?: string;
  readonly hash?: 'sha256' | 'sha512';
}

/** An enveloped signature after the Issuer of the root, made with libxml2 and Node's own crypto. */
export const signedElsewhere = (xml: string, { key, uri, hash = 'sha256' }: Signing): string => {
  const id = / ID="([^"]*)"/.exec(xml)?.[1] ?? '';
  const digest = createHash(hash).update(canonical(xml)).digest('base64');
  const method = hash === 'sha256' ? rsaSha256 : 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512';
  const info = canonical(
    `<ds:SignedInfo xmlns:ds="${dsig}"><ds:CanonicalizationMethod Algorithm="${exclusive}"/><ds:SignatureMethod Algorithm="${method}"/><ds:Reference URI="${uri ?? `#${id}`}"><ds:Transforms><ds:Transform Algorithm="${dsig}enveloped-signature"/><ds:Transform Algorithm="${exclusive}"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#${hash}"/><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`,
  );
  const value = sign(hash, Buffer.from(info), key).toString('base64');
  const signature = `<ds:Signature xmlns:ds="${dsig}">${info}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
  return xml.replace('</saml:Issuer>', `</saml:Issuer>${signature}`);
};

/** The query of the HTTP-Redirect binding, signed. */
export const redirectQuery = (
  xml: string,
  key: KeyObject,
  relayState?: string,
  name = 'SAMLRequest',
): string => {
  const query = [
    `${name}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`,
    ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]),
    `SigAlg=${encodeURIComponent(rsaSha256)}`,
  ].join('&');
  const signature = createSign('RSA-SHA256').update(query).sign(key, 'base64');
  return `${query}&Signature=${encodeURIComponent(signature)}`;
};

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

interface Request {
  readonly destination: string;
  readonly now: number;
  readonly attributes?: string;
  readonly issuer?: string;
  readonly scoping?: string;
  readonly format?: string;
  readonly consumer?: string;
}

/** An AuthnRequest as Adobe's page prints it, line breaks included. */
export const authnRequest = ({
  destination,
  now,
  attributes = '',
  issuer = `${entityId}/on-behalf-of/REF30`,
  scoping = '',
  format = persistent,
  consumer = 'http://localhost:9090/sp/saml/SAMLAssertionConsumer',
}: Request): string =>
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" AssertionConsumerServiceURL="${consumer}" Destination="${destination}" ID="_c0fc667e-ad12-44d6-9cae-bc7cf04688f8" IssueInstant="${new Date(now).toISOString()}" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Version="2.0" ${attributes}>
    <saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">
        ${issuer}
    </saml:Issuer>
    <samlp:NameIDPolicy AllowCreate="true" Format="${format}" SPNameQualifier="${entityId}"/>${scoping}
</samlp:AuthnRequest>`;
