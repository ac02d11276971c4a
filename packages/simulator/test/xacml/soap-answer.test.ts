import { describe, expect, test } from 'vitest';
import { signXml } from '#src/xml/signature';
import { readError, type Stage, startExchange, type Tamper } from './stage.ts';

describe('a SOAP response is rejected', () => {
  const refused = async (t: Stage, tamper: Tamper) => {
    t.tamper(tamper);
    expect((await t.ask(['REF30'])).get('REF30')).toEqual(readError);
  };
  /** The same response, modified before the MVPD's own key signs it. */
  const resigned =
    (t: Stage, change: (unsigned: string) => string): Tamper =>
    async (text) => {
      const unsigned = change(text.replace(/<ds:Signature .*?<\/ds:Signature>/s, ''));
      const id = /<samlp:Response [^>]*?ID="([^"]+)"/.exec(unsigned)?.[1] ?? '';
      const key = await t.mvpdKeys.privateKey();
      return { text: signXml(unsigned, { key, algorithm: 'rsa-sha256', id, after: 'Issuer' }) };
    };

  test('but not if it is only signed again', async () => {
    await using t = await startExchange();
    t.tamper(resigned(t, (text) => text));
    expect((await t.ask(['REF30'])).get('REF30')).toMatchObject({ permit: true });
  });

  const at = '2030-01-01T00:00:00.000Z';
  test.each<[string, (text: string) => string]>([
    [
      'from another issuer',
      (text) => text.replaceAll('https://cablevision.example/idp', 'https://dish.example/idp'),
    ],
    ['from another issuer than its assertion', (text) => text.replace('cablevision.example', 'dish.example')],
    [
      'with an assertion of another issuer',
      (text) => text.replace(/(<saml:Assertion .*?)cablevision\.example/s, '$1dish.example'),
    ],
    ['to another query', (text) => text.replace(/InResponseTo="[^"]+"/, 'InResponseTo="_another"')],
    [
      'for another audience',
      (text) => text.replace(/<saml:Audience>[^<]+/, '<saml:Audience>https://other.example'),
    ],
    ['not valid yet', (text) => text.replace(`NotBefore="${at}"`, 'NotBefore="2030-01-01T00:01:01Z"')],
    ['expired', (text) => text.replace(/NotOnOrAfter="[^"]+"/, `NotOnOrAfter="${at}"`)],
    ['with an invalid time', (text) => text.replace(/NotOnOrAfter="[^"]+"/, 'NotOnOrAfter="tomorrow"')],
    ['without assertion', (text) => text.replace(/<saml:Assertion .*<\/saml:Assertion>/s, '')],
    [
      'with two assertions',
      (text) =>
        text.replace(/<saml:Assertion .*<\/saml:Assertion>/s, (one) => one + one.replace(/\bID="/, 'ID="_2')),
    ],
    ['without statement', (text) => text.replace(/<xacml-saml:.*<\/xacml-saml:[^>]+>/s, '')],
    ['with a status other than success', (text) => text.replace('status:Success', 'status:Responder')],
    ['for another resource', (text) => text.replace('ResourceId="REF30"', 'ResourceId="REF40"')],
  ])('%s', async (_what, change) => {
    await using t = await startExchange();
    await refused(t, resigned(t, change));
  });

  test('unsigned', async () => {
    await using t = await startExchange();
    await refused(t, (text) => ({ text: text.replace(/<ds:Signature .*?<\/ds:Signature>/s, '') }));
  });

  test('signed with another key', async () => {
    await using t = await startExchange();
    await refused(t, async (text) => {
      const unsigned = text.replace(/<ds:Signature .*?<\/ds:Signature>/s, '');
      const id = /<samlp:Response [^>]*?ID="([^"]+)"/.exec(unsigned)?.[1] ?? '';
      const key = await t.adobeKeys.privateKey();
      return { text: signXml(unsigned, { key, algorithm: 'rsa-sha256', id, after: 'Issuer' }) };
    });
  });

  test('altered', async () => {
    await using t = await startExchange({ subscription: { resources: [] } });
    await refused(t, (text) => ({ text: text.replace('>Deny<', '>Permit<') }));
  });

  test('wrapped: the signed denial hidden, a forged permit in its place', async () => {
    await using t = await startExchange({ subscription: { resources: [] } });
    const wrap = (where: (original: string, forged: string) => string) => (text: string) => {
      const original = /<samlp:Response.*<\/samlp:Response>/s.exec(text)?.[0] ?? '';
      const forged = original
        .replace(/(<samlp:Response [^>]*?)ID="[^"]+"/, '$1ID="_forged"')
        .replace('>Deny<', '>Permit<')
        .replace(/<ds:Signature .*?<\/ds:Signature>/s, '');
      return { text: text.replace(original, where(original, forged)) };
    };
    const signatureOf = (xml: string) => /<ds:Signature .*?<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
    const unsigned = (xml: string) => xml.replace(signatureOf(xml), '');
    await refused(
      t,
      wrap((original, forged) => forged + original),
    );
    await refused(
      t,
      wrap((original, forged) => original + forged),
    );
    await refused(
      t,
      wrap((original, forged) => forged.replace('</samlp:Response>', `<x>${original}</x></samlp:Response>`)),
    );
    await refused(
      t,
      wrap((original, forged) =>
        forged
          .replace('</saml:Issuer>', `</saml:Issuer>${signatureOf(original)}`)
          .replace('</samlp:Response>', `<x>${unsigned(original)}</x></samlp:Response>`),
      ),
    );
  });
});
