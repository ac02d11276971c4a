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

test.each(assertionFaultKinds)('bent on purpose, %s: refused', async (bend) => {
  t.mvpd.control.injectAssertionFault('Cablevision', bend, 1);
  await expect(t.consume(await formOf())).rejects.toMatchObject(refused(/./));
  await expect(t.consume(await formOf())).resolves.toMatchObject({ mvpd: 'Cablevision' });
});

/** What stands in the way of each, so that none is refused for another's reason. */
const reasons: Record<(typeof assertionFaultKinds)[number], RegExp> = {
  unsigned: /signature is missing/,
  'other-key': /signature does not hold/,
  'wrong-issuer': /Issuer is somebody else/,
  'wrong-audience': /Audience is somebody else/,
  'wrong-recipient': /Recipient is somebody else/,
  'wrong-destination': /Destination is somebody else/,
  'other-request': /answers another request/,
  expired: /came too late/,
  early: /of the future|holds later/,
  tampered: /signature does not hold/,
  'two-assertions': /must be one assertion/,
  wrapped: /must be one assertion/,
  'same-id': /ID stands more than once/,
};

test.each(Object.entries(reasons))('bent on purpose, %s: for its own reason', async (bend, reason) => {
  t.mvpd.control.injectAssertionFault('Cablevision', bend as keyof typeof reasons, 1);
  await expect(t.consume(await formOf())).rejects.toMatchObject(refused(reason));
});

test('an encrypted assertion is bent inside', async () => {
  t.mvpd.control.injectAssertionFault('AdobeShibboleth', 'tampered', 1);
  await expect(t.consume(await formOf('AdobeShibboleth'))).rejects.toMatchObject(
    refused(/signature does not hold/),
  );
});

describe('a response that was changed on its way', () => {
  test.each<[string, (xml: string) => string, RegExp]>([
    [
      'no InResponseTo',
      (xml) => xml.replace(/(<samlp:Response [^>]*?) InResponseTo="[^"]*"/, '$1'),
      /nobody asked/,
    ],
    ['another Issuer around it', (xml) => xml.replace('/Cablevision/saml<', '/Dish/saml<'), /signature/],
    [
      'an Issuer that nobody knows',
      (xml) => xml.replace(/(<saml:Issuer [^>]*>)[^<]*/, '$1https://evil.example'),
      /Issuer is not known/,
    ],
    ['another status', (xml) => xml.replace('status:Success', 'status:Requester'), /answered Requester/],
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
      'the assertion deeper down',
      (xml) =>
        xml.replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, '<samlp:Extensions>$&</samlp:Extensions>'),
      /in the response itself/,
    ],
    ['a document type', (xml) => `<!DOCTYPE r [<!ENTITY e "x">]>${xml}`, /document type/],
    ['an entity', (xml) => xml.replace('<samlp:Status>', '<samlp:Status>&e;'), /not well-formed/],
    ['another version', (xml) => xml.replace('Version="2.0"', 'Version="1.1"'), /no Response of SAML 2.0/],
    ['no XML at all', () => 'hello', /not well-formed/],
    [
      'a key that it brings along',
      (xml) =>
        xml
          .replace('</ds:SignatureValue>', '</ds:SignatureValue><ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>')
          .replace('tv-ma', 'tv-y'),
      /signature does not hold/,
    ],
    [
      'a weaker algorithm',
      (xml) => xml.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#rsa-sha1'),
      /not made as agreed/,
    ],
    [
      'a keyed hash for a signature',
      (xml) => xml.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#hmac-sha1'),
      /not made as agreed/,
    ],
    [
      'a transform more',
      (xml) =>
        xml.replace(
          '</ds:Transforms>',
          '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></ds:Transforms>',
        ),
      /not made as agreed/,
    ],
    ['a comment in the name', (xml) => xml.replace(/(<saml:NameID [^>]*>.{4})/, '$1<!-- -->'), /^$/],
  ])('%s', async (_, change, reason) => {
    const fields = await formOf();
    const changed = change(responseIn(fields));
    expect(changed).not.toBe(responseIn(fields));
    const read = t.consume(withResponse(fields, changed));
    // Comments are no part of what is signed, and no part of what is read either.
    if (reason.source === '^$')
      await expect(read).resolves.toMatchObject({
        subscriber: { userId: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) },
      });
    else await expect(read).rejects.toMatchObject(refused(reason));
  });
});

test('an assertion counts once', async () => {
  const fields = await formOf();
  await t.consume(fields);
  await expect(t.consume(fields)).rejects.toMatchObject(refused(/has been used/));
});

test('the RelayState must be that of the request', async () => {
  const [fields, other] = [await formOf(), await formOf()];
  fields.set('RelayState', other.get('RelayState') ?? '');
  await expect(t.consume(fields)).rejects.toMatchObject(refused(/RelayState/));
});

test('two responses in one form are none', async () => {
  const fields = await formOf();
  fields.append('SAMLResponse', fields.get('SAMLResponse') ?? '');
  await expect(t.consume(fields)).rejects.toMatchObject(refused(/one SAMLResponse/));
});

describe('time', () => {
  const minute = 60_000;
  test('six minutes on the way are too long, even for clocks that differ', async () => {
    const fields = await formOf();
    await t.clock.advance(6 * minute - 1);
    await expect(t.consume(fields)).resolves.toBeTruthy();
    const late = await formOf();
    await t.clock.advance(6 * minute);
    await expect(t.consume(late)).rejects.toMatchObject(refused(/came too late/));
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

  test('is taken', async () => {
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
      'one audience more that excludes',
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
      'an end that is no time',
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
      'a confirmation that holds later',
      (xml) =>
        xml.replace(
          '<saml:SubjectConfirmationData',
          '<saml:SubjectConfirmationData NotBefore="2030-01-01T00:00:00Z"',
        ),
      /NotBefore/,
    ],
    ['a holder of a key', (xml) => xml.replace('cm:bearer', 'cm:holder-of-key'), /by bearer/],
    ['two subjects', (xml) => xml.replace(/<saml:Subject>[\s\S]*<\/saml:Subject>/, '$&$&'), /one Subject/],
    ['no name', (xml) => xml.replace(/(<saml:NameID[^>]*>)[^<]*/, '$1 '), /NameID is empty/],
    [
      'a name for somebody else',
      (xml) => xml.replace(/SPNameQualifier="[^"]*"/, 'SPNameQualifier="https://evil.example"'),
      /SPNameQualifier/,
    ],
    [
      'a name by somebody else',
      (xml) => xml.replace('SPNameQualifier=', 'NameQualifier="https://evil.example" SPNameQualifier='),
      /NameQualifier/,
    ],
    ['no session', (xml) => xml.replace(/ SessionIndex="[^"]*"/, ''), /SessionIndex/],
    [
      'no statement',
      (xml) => xml.replace(/<saml:AuthnStatement[\s\S]*<\/saml:AuthnStatement>/, ''),
      /AuthnStatement/,
    ],
  ])('with %s is refused', async (_, change, reason) => {
    const fields = await rewritten((xml) => {
      expect(change(xml)).not.toBe(xml);
      return change(xml);
    });
    await expect(t.consume(fields)).rejects.toMatchObject(refused(reason));
  });
});
