import { beforeEach, describe, expect, test } from 'vitest';
import { signXml } from '#src/xml/signature';
import { seen } from './other-xml.ts';
import { adobeEntityId, startExchange } from './stage.ts';

type Stage = Awaited<ReturnType<typeof startExchange>>;

const attribute = (id: string, value: string) =>
  `<Attribute AttributeId="urn:oasis:names:tc:xacml:1.0:${id}" DataType="http://www.w3.org/2001/XMLSchema#string"><AttributeValue>${value}</AttributeValue></Attribute>`;
const token = Buffer.from('_assertion-1').toString('base64');
const subject = `<Subject>${attribute('subject:subject-token', token)}</Subject>`;
const resource = `<Resource>${attribute('resource:resource-id', 'REF30')}</Resource>`;
const action = `<Action>${attribute('action:action-id', 'VIEW')}</Action>`;
const environment = `<Environment>${attribute('subject:authn-locality:ip-address', '1.2.3.4')}</Environment>`;
const request = (...parts: string[]) =>
  `<Request xmlns="urn:oasis:names:tc:xacml:2.0:context:schema:os">${parts.join('')}</Request>`;
const good = request(subject, resource, action, environment);

const decisionIn = (text: string) => /<Decision>(\w+)<\/Decision>/.exec(text)?.[1];

describe('a bare request', () => {
  test('that is valid is decided', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const answer = await t.send(good);
    expect(answer.status).toBe(200);
    expect(decisionIn(await answer.text())).toBe('Permit');
  });

  const bomb = `<!DOCTYPE Request [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
  test.each([
    ['billion laughs', bomb + good.replace('REF30', '&b;'), 'syntax-error'],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>${good.replace('REF30', '&e;')}`,
      'syntax-error',
    ],
    ['a document type alone', `<!DOCTYPE Request>${good}`, 'syntax-error'],
    [
      'a parameter entity',
      `<!DOCTYPE x [<!ENTITY % e SYSTEM "http://localhost/x"> %e;]>${good}`,
      'syntax-error',
    ],
    ['an unknown entity', good.replace('REF30', '&nbsp;'), 'syntax-error'],
    ['another encoding', `<?xml version="1.0" encoding="UTF-16"?>${good}`, 'syntax-error'],
    ['a processing instruction', good.replace('<Subject>', '<?go?><Subject>'), 'syntax-error'],
    ['tags that do not match', good.replace('</Subject>', '</Object>'), 'syntax-error'],
    ['two documents', good + good, 'syntax-error'],
    ['nothing', '', 'syntax-error'],
    ['elements without end', `${'<a>'.repeat(60)}${'</a>'.repeat(60)}`, 'syntax-error'],
    ['the mistyped namespace of the sample', good.replace('tc:xacml:2.0', 'tc:xacm:2.0'), 'syntax-error'],
    ['a SOAP query', '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>', 'syntax-error'],
    ['no resource', request(subject, action), 'missing-attribute'],
    ['a resource without id', request(subject, '<Resource/>', action), 'missing-attribute'],
    ['one resource twice', request(subject, resource, resource, action), 'syntax-error'],
    [
      'too many resources',
      request(subject, ...Array.from({ length: 51 }, (_, i) => resource.replace('REF30', `r${i}`)), action),
      'syntax-error',
    ],
    ['no action', request(subject, resource), 'missing-attribute'],
    ['two actions', request(subject, resource, action, action), 'missing-attribute'],
    ['another action', good.replace('VIEW', 'RECORD'), 'missing-attribute'],
    ['two subjects', request(subject, subject, resource, action), 'syntax-error'],
    ['no subject', request(resource, action), 'missing-attribute'],
  ])('with %s is Indeterminate, and nothing of it comes back', async (_what, body, status) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const answer = await t.send(body);
    const text = await answer.text();
    expect(answer.status).toBe(400);
    expect(decisionIn(text)).toBe('Indeterminate');
    expect(text).toContain(`xacml:1.0:status:${status}"`);
    expect(text).not.toMatch(/REF30|ENTITY|hostname/);
  });

  test.each([
    ['no XML by its type', good, { 'content-type': 'application/json' }, 415],
    ['too large', good.replace('REF30', 'x'.repeat(70_000)), { 'content-type': 'text/xml' }, 413],
  ])('that is %s is not read', async (_what, body, headers, status) => {
    await using t = await startExchange({ mvpd: 'Dish' });
    expect((await t.send(body, headers)).status).toBe(status);
  });

  test('for an unknown or signed-out subscriber is denied with the reason', async () => {
    await using t = await startExchange({ mvpd: 'Dish' });
    const stranger = good.replace(token, Buffer.from('_somebody').toString('base64'));
    expect(await (await t.send(stranger)).text()).toMatch(/Deny.*>UNKNOWN_SUBJECT</s);
    expect(await (await t.send(good.replace(token, '***'))).text()).toContain('>UNKNOWN_SUBJECT<');
    await using gone = await startExchange({ mvpd: 'Dish', standing: 'ended' });
    expect(await (await gone.send(good)).text()).toMatch(/Deny.*>SESSION_ENDED</s);
  });

  test('with an invalid bearer token gets 401', async () => {
    await using t = await startExchange({ mvpd: 'Spectrum' });
    const body = request(resource, action, environment);
    const send = (authorization: string) => t.send(body, { 'content-type': 'text/xml', authorization });
    expect((await send('Bearer access-1')).status).toBe(200);
    const refused = await send('Bearer another');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect((await send('Basic access-1')).status).toBe(401);
  });
});

describe('a SOAP query', () => {
  let t: Stage;
  beforeEach(async () => {
    t = await startExchange({ mvpd: 'Cablevision' });
    return () => t[Symbol.asyncDispose]();
  });

  interface Parts {
    id?: string;
    issuer?: string;
    at?: string;
    destination?: string;
    version?: string;
    inside?: string;
  }
  const query = ({
    id = '_q1',
    issuer = adobeEntityId,
    at = '2030-01-01T00:00:00Z',
    destination = t.endpoint,
    version = '2.0',
    inside = request(`<Subject>${attribute('subject:subject-id', 'name-1')}</Subject>`, resource, action),
  }: Parts = {}) =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><q:XACMLAuthzDecisionQuery xmlns:q="urn:oasis:names:tc:xacml:2.0:profile:saml2.0:v2:schema:protocol" ID="${id}" IssueInstant="${at}" Version="${version}" Destination="${destination}"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">\n  ${issuer}\n</a:Issuer>${inside}</q:XACMLAuthzDecisionQuery></s:Body></s:Envelope>`;

  const signed = async (parts: Parts = {}, algorithm: 'rsa-sha256' | 'rsa-sha1' = 'rsa-sha256') =>
    signXml(query(parts), {
      key: await t.adobeKeys.privateKey(),
      algorithm,
      id: parts.id ?? '_q1',
      after: 'Issuer',
    });
  const send = async (body: string) => {
    const answer = await t.send(body);
    const text = await answer.text();
    const fault = /<faultcode>soap-env:(\w+)<\/faultcode><faultstring>(.*?)<\/faultstring>/.exec(text);
    return { status: answer.status, fault: fault && `${fault[1]}: ${fault[2]}`, text };
  };

  test('that is valid gets a response; whitespace around the issuer is ignored', async () => {
    const { status, text } = await send(await signed());
    expect(status).toBe(200);
    expect(seen(text)[0]).toBe('{http://schemas.xmlsoap.org/soap/envelope/}Envelope');
    expect(text).toContain('>Permit<');
  });

  test('with a comment in a value, which signatures do not cover, has the whole value', async () => {
    const { text } = await send((await signed()).replace('>name-1<', '>name<!-- x -->-1<'));
    expect(text).toContain('>Permit<');
  });

  test('that is replayed is rejected', async () => {
    const body = await signed();
    await send(body);
    expect(await send(body)).toMatchObject({ status: 500, fault: 'Client: the query is a replay' });
    expect((await send(await signed({ id: '_q2' }))).status).toBe(200);
  });

  test.each<[string, Parts, string]>([
    ['old', { at: '2029-12-31T23:54:59Z' }, 'too old'],
    ['from the future', { at: '2030-01-01T00:05:01Z' }, 'too old, or from the future'],
    ['without time', { at: '' }, 'too old'],
    ['of somebody else', { issuer: 'https://saml.sp.auth.other.example' }, 'issuer is not trusted'],
    ['of a brand unheard of', { issuer: `${adobeEntityId}/on-behalf-of/REF99` }, 'issuer is not trusted'],
    ['for another MVPD', { destination: 'https://elsewhere.example/authz' }, 'for another recipient'],
    ['of SAML 1.1', { version: '1.1' }, 'not of SAML 2.0'],
    ['without request', { inside: '' }, 'there must be one Request'],
    ['with two requests', { inside: good + good }, 'there must be one Request'],
  ])('that is %s is rejected', async (_what, parts, why) => {
    const { status, fault } = await send(await signed(parts));
    expect(status).toBe(500);
    expect(fault).toMatch(`Client: `);
    expect(fault).toContain(why);
  });

  test('in a SOAP 1.2 envelope gets VersionMismatch', async () => {
    const body = (await signed()).replaceAll(
      'http://schemas.xmlsoap.org/soap/envelope/',
      'http://www.w3.org/2003/05/soap-envelope',
    );
    expect((await send(body)).fault).toMatch(/^VersionMismatch: /);
  });

  test('that cannot be decided gets a signed response with the status Requester', async () => {
    const inside = request(resource, action);
    const { status, text } = await send(await signed({ inside }));
    expect(status).toBe(200);
    expect(text).toContain('SAML:2.0:status:Requester"');
    expect(text).not.toContain('Decision>');
  });

  test('for an unknown or signed-out subscriber gets a SAML status', async () => {
    const stranger = await signed({
      inside: request(`<Subject>${attribute('subject:subject-id', 'x')}</Subject>`, resource, action),
    });
    expect((await send(stranger)).text).toContain('SAML:2.0:status:UnknownPrincipal"');
  });

  describe('with a signature that', () => {
    const refusal = 'Client: the signature';

    test('is missing', async () => {
      expect((await send(query())).fault).toContain(refusal);
    });

    test('is by another key', async () => {
      const key = await t.mvpdKeys.privateKey();
      const body = signXml(query(), { key, algorithm: 'rsa-sha256', id: '_q1', after: 'Issuer' });
      expect((await send(body)).fault).toContain(refusal);
    });

    test('covers something else', async () => {
      const body = (await signed()).replace('>REF30<', '>sports<');
      expect((await send(body)).fault).toContain(refusal);
    });

    test('uses another algorithm than agreed', async () => {
      expect((await send(await signed({}, 'rsa-sha1'))).fault).toContain(refusal);
    });

    test.each([
      [
        'a wrapper in the header',
        (whole: string) => whole.replace('<s:Body>', `<s:Header>${bodyOf(whole)}</s:Header><s:Body>`),
      ],
      [
        'a second query in the body',
        (whole: string) => whole.replace('</s:Body>', `${bodyOf(whole)}</s:Body>`),
      ],
    ])('covers the original, hidden in %s, next to a forged query', async (_where, wrap) => {
      const original = await signed();
      const forged = wrap(original).replace(/(<s:Body>.*?)>REF30</s, '$1>sports<');
      expect((await send(forged)).fault).toMatch(/^Client: /);
    });

    test('is moved, with what it covers, into a forged query', async () => {
      const original = bodyOf(await signed());
      const forged = query({
        id: '_evil',
        inside: `${request(`<Subject>${attribute('subject:subject-id', 'name-1')}</Subject>`, resource.replace('REF30', 'sports'), action)}<Extension>${original}</Extension>`,
      });
      expect((await send(forged)).fault).toContain(refusal);
      const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(original)?.[0] ?? '';
      const withSignature = forged.replace('</a:Issuer>', `</a:Issuer>${signature}`);
      expect((await send(withSignature)).fault).toMatch(/^Client: /);
    });
  });

  const bodyOf = (whole: string): string =>
    /<q:XACMLAuthzDecisionQuery.*<\/q:XACMLAuthzDecisionQuery>/s.exec(whole)?.[0] ?? '';
});
