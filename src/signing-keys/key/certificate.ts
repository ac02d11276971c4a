import { X509Certificate } from 'node:crypto';
import { type PublicMembers, toKeyObject } from '#src/lib/rsa-key';
import type { Signer } from '../ports.ts';
import { publicFingerprint } from './public-key.ts';

interface Request {
  readonly kid: string;
  readonly members: PublicMembers;
  /** Epoch milliseconds; the certificate is valid for ten years from then. */
  readonly createdAt: number;
}

const tenYears = 10;

/** `30 82 …`: tag, length, contents (X.690 §8.1). */
const der = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents);
  const length = content.length.toString(16);
  const bytes = Buffer.from(length.length % 2 === 0 ? length : `0${length}`, 'hex');
  const prefix = content.length < 0x80 ? bytes : Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([tag]), prefix, content]);
};

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const bitString = (bytes: Uint8Array) => der(0x03, Buffer.from([0]), bytes);
const octetString = (bytes: Uint8Array) => der(0x04, bytes);
const asn1True = der(0x01, Buffer.from([0xff]));

const rsaWithSha256 = sequence(hex('06092a864886f70d01010b'), der(0x05)); // 1.2.840.113549.1.1.11
const commonName = hex('0603550403'); // 2.5.4.3
const basicConstraints = hex('0603551d13'); // 2.5.29.19
const keyUsage = hex('0603551d0f'); // 2.5.29.15

const nameOf = (text: string) => sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))));

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
const timeOf = (date: Date): Buffer => {
  const text = `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
};

const yearsAfter = (date: Date, years: number): Date => {
  const later = new Date(date);
  later.setUTCFullYear(date.getUTCFullYear() + years);
  return later;
};

/**
 * A self-signed X.509 v3 certificate (RFC 5280) of a public key, for recipients that accept no other format. It proves
 * possession of the private key and nothing else. Deterministic: equal requests give equal bytes. Errors: the signer's.
 */
export const selfSign = async (
  { kid, members, createdAt }: Request,
  signer: Signer,
): Promise<X509Certificate> => {
  const serial = Buffer.from(publicFingerprint(members).slice(0, 32), 'hex');
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0); // positive, and always of the same length
  const name = nameOf(`Service token ${kid}`.slice(0, 64));
  const from = new Date(createdAt);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    rsaWithSha256,
    name,
    sequence(timeOf(from), timeOf(yearsAfter(from, tenYears))),
    name,
    toKeyObject(members).export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        sequence(basicConstraints, asn1True, octetString(sequence())),
        sequence(keyUsage, asn1True, octetString(der(0x03, Buffer.from([7, 0x80])))), // digitalSignature
      ),
    ),
  );
  const signature = await signer.sign(body);
  return new X509Certificate(sequence(body, rsaWithSha256, bitString(signature)));
};
