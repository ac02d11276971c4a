import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';
import { signedElsewhere } from './other-saml.ts';
import { type Mvpds, postedBy, responseIn, startMvpds } from './stage.ts';

let t: Mvpds;
beforeAll(async () => {
  t = await startMvpds();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.mvpd.reset());

const formOf = async (mvpd = 'Cablevision', user = 'ana') =>
  postedBy((await t.signIn(mvpd, user)).page).fields;

const withResponse = (fields: URLSearchParams, xml: string): URLSearchParams => {
  const changed = new URLSearchParams(fields);
  changed.set('SAMLResponse', Buffer.from(xml).toString('base64'));
  return changed;
};

const refused = (reason: RegExp) => ({
  error: { code: 'invalid_authentication_session', details: expect.stringMatching(reason) },
});

test.each(assertionFaultKinds)('%s is rejected, and the next assertion accepted', async (kind) => {
  t.mvpd.control.injectAssertionFault('Cablevision', kind, 1);
  await expect(t.consume(await formOf())).rejects.toMatchObject(refused(/./));
  await expect(t.consume(await formOf())).resolves.toMatchObject({ mvpd: 'Cablevision' });
});

/** The expected reason of each rejection, so that none is rejected for another reason. */
const reasons: Record<(typeof assertionFaultKinds)[number], RegExp> = {
  unsigned: /signature is missing/,
  'other-key': /signature is invalid/,
  'wrong-issuer': /Issuer does not match/,
  'wrong-audience': /Audience does not match/,
  'wrong-recipient': /Recipient does not match/,
  'wrong-destination': /Destination does not match/,
  'other-request': /for another request/,
  expired: /delivered too late/,
  early: /in the future|not valid yet/,
  tampered: /signature is invalid/,
  'two-assertions': /must be one assertion/,
  wrapped: /must be one assertion/,
  'same-id': /ID is repeated/,
};

test.each(Object.entries(reasons))('%s is rejected for its own reason', async (kind, reason) => {
  t.mvpd.control.injectAssertionFault('Cablevision', kind as keyof typeof reasons, 1);
  await expect(t.consume(await formOf())).rejects.toMatchObject(refused(reason));
});

test('the fault of an encrypted assertion is inside the encryption', async () => {
  t.mvpd.control.injectAssertionFault('AdobeShibboleth', 'tampered', 1);
  await expect(t.consume(await formOf('AdobeShibboleth'))).rejects.toMatchObject(
    refused(/signature is invalid/),
  );
});

describe('a response modified in transit', () => {
  test.each<[string, (xml: string) => string, RegExp]>([
    [
      'no InResponseTo',
      (xml) => xml.replace(/(<samlp:Response [^>]*?) InResponseTo="[^"]*"/, '$1'),
      /unsolicited/,
    ],
    ['another Issuer around it', (xml) => xml.replace('/Cablevision/saml<', '/Dish/saml<'), /signature/],
    [
      'an unknown Issuer',
      (xml) => xml.replace(/(<saml:Issuer [^>]*>)[^<]*/, '$1https://evil.example'),
      /Issuer is unknown/,
    ],
    [
      'another status',
      (xml) => xml.replace('status:Success', 'status:Requester'),
      /responded with Requester/,
    ],
    [
      'no assertion',
      (xml) => xml.replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, ''),
      /must be one assertion/,
    ],
    [
      'the assertion twice',
      (xml) => xml.replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, '$&$&'),
      /must be one assertion/,
    ],
    [
      'the assertion further down',
      (xml) =>
        xml.replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, '<samlp:Extensions>$&</samlp:Extensions>'),
      /as a child of the response/,
    ],
    ['a document type', (xml) => `<!DOCTYPE r [<!ENTITY e "x">]>${xml}`, /document type/],
    ['an entity', (xml) => xml.replace('<samlp:Status>', '<samlp:Status>&e;'), /not well-formed/],
    ['another version', (xml) => xml.replace('Version="2.0"', 'Version="1.1"'), /not a SAML 2.0 Response/],
    ['no XML', () => 'hello', /not well-formed/],
    [
      'a key of its own',
      (xml) =>
        xml
          .replace('</ds:SignatureValue>', '</ds:SignatureValue><ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>')
          .replace('tv-ma', 'tv-y'),
      /signature is invalid/,
    ],
    [
      'a weaker algorithm',
      (xml) => xml.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#rsa-sha1'),
      /not as agreed/,
    ],
    [
      'an HMAC as signature',
      (xml) => xml.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#hmac-sha1'),
      /not as agreed/,
    ],
    [
      'an additional transform',
      (xml) =>
        xml.replace(
          '</ds:Transforms>',
          '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></ds:Transforms>',
        ),
      /not as agreed/,
    ],
    ['a comment in the name', (xml) => xml.replace(/(<saml:NameID [^>]*>.{4})/, '$1<!-- -->'), /^$/],
  ])('%s', async (_, change, reason) => {
    const fields = await formOf();
    const changed = change(responseIn(fields));
    expect(changed).not.toBe(responseIn(fields));
    const read = t.consume(withResponse(fields, changed));
    // Comments are neither signed nor read.
    if (reason.source === '^$')
      await expect(read).resolves.toMatchObject({
        subscriber: { userId: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) },
      });
    else await expect(read).rejects.toMatchObject(refused(reason));
  });
});

test('an assertion is accepted once', async () => {
  const fields = await formOf();
  await t.consume(fields);
  await expect(t.consume(fields)).rejects.toMatchObject(refused(/has been used before/));
});

test('the RelayState must be that of the request', async () => {
  const [fields, other] = [await formOf(), await formOf()];
  fields.set('RelayState', other.get('RelayState') ?? '');
  await expect(t.consume(fields)).rejects.toMatchObject(refused(/RelayState/));
});

test('two responses in one form are rejected', async () => {
  const fields = await formOf();
  fields.append('SAMLResponse', fields.get('SAMLResponse') ?? '');
  await expect(t.consume(fields)).rejects.toMatchObject(refused(/one SAMLResponse/));
});

describe('time', () => {
  const minute = 60_000;
  test('delivery may take five minutes, with a minute of clock skew', async () => {
    const fields = await formOf();
    await t.clock.advance(6 * minute - 1);
    await expect(t.consume(fields)).resolves.toBeTruthy();
    const late = await formOf();
    await t.clock.advance(6 * minute);
    await expect(t.consume(late)).rejects.toMatchObject(refused(/delivered too late/));
  });
});

describe('an assertion of another implementation', () => {
  const rewritten = async (change: (assertion: string) => string) => {
    const fields = await formOf();
    const response = responseIn(fields);
    const [assertion = ''] = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(response) ?? [];
    const unsigned = assertion.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, '');
    const key = await t.mvpd.keysOf('Cablevision').privateKey();
    return withResponse(fields, response.replace(assertion, signedElsewhere(change(unsigned), { key })));
  };

  test('is accepted', async () => {
    await expect(t.consume(await rewritten((xml) => xml))).resolves.toMatchObject({ mvpd: 'Cablevision' });
  });

  test('may have white space around names', async () => {
    const fields = await rewritten((xml) =>
      xml.replace(/(<saml:(?:Issuer|NameID|Audience)[^>]*>)([^<]*)/g, '$1\n   $2\n  '),
    );
    await expect(t.consume(fields)).resolves.toMatchObject({
      subscriber: { userId: Buffer.from('Cablevision:ana').toString('base64') },
    });
  });

  test.each<[string, (xml: string) => string, RegExp]>([
    [
      'no audience',
      (xml) => xml.replace(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, ''),
      /Audience/,
    ],
    [
      'a second audience restriction that excludes Adobe',
      (xml) =>
        xml.replace(
          /<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/,
          '$&<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>',
        ),
      /Audience/,
    ],
    [
      'no conditions',
      (xml) => xml.replace(/<saml:Conditions[\s\S]*<\/saml:Conditions>/, ''),
      /one Conditions/,
    ],
    ['no end', (xml) => xml.replace(/(<saml:Conditions[^>]*) NotOnOrAfter="[^"]*"/, '$1'), /expired/],
    [
      'an end that is not a time',
      (xml) => xml.replace(/(<saml:Conditions[^>]*NotOnOrAfter=")[^"]*/, '$1never'),
      /expired/,
    ],
    [
      'a confirmation without end',
      (xml) => xml.replace(/(<saml:SubjectConfirmationData[^>]*) NotOnOrAfter="[^"]*"/, '$1'),
      /too late/,
    ],
    [
      'a confirmation without InResponseTo',
      (xml) => xml.replace(/(<saml:SubjectConfirmationData) InResponseTo="[^"]*"/, '$1'),
      /another request/,
    ],
    [
      'a confirmation that is not valid yet',
      (xml) =>
        xml.replace(
          '<saml:SubjectConfirmationData',
          '<saml:SubjectConfirmationData NotBefore="2030-01-01T00:00:00Z"',
        ),
      /NotBefore/,
    ],
    ['a holder-of-key confirmation', (xml) => xml.replace('cm:bearer', 'cm:holder-of-key'), /not bearer/],
    ['two subjects', (xml) => xml.replace(/<saml:Subject>[\s\S]*<\/saml:Subject>/, '$&$&'), /one Subject/],
    ['no name', (xml) => xml.replace(/(<saml:NameID[^>]*>)[^<]*/, '$1 '), /NameID is empty/],
    [
      'a name for another service provider',
      (xml) => xml.replace(/SPNameQualifier="[^"]*"/, 'SPNameQualifier="https://evil.example"'),
      /SPNameQualifier/,
    ],
    [
      'a name of another issuer',
      (xml) => xml.replace('SPNameQualifier=', 'NameQualifier="https://evil.example" SPNameQualifier='),
      /NameQualifier/,
    ],
    ['no session', (xml) => xml.replace(/ SessionIndex="[^"]*"/, ''), /SessionIndex/],
    [
      'no statement',
      (xml) => xml.replace(/<saml:AuthnStatement[\s\S]*<\/saml:AuthnStatement>/, ''),
      /AuthnStatement/,
    ],
  ])('with %s is rejected', async (_, change, reason) => {
    const fields = await rewritten((xml) => {
      expect(change(xml)).not.toBe(xml);
      return change(xml);
    });
    await expect(t.consume(fields)).rejects.toMatchObject(refused(reason));
  });
});
