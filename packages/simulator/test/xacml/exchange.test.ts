import { expect, test } from 'vitest';
import { seen, signedElement } from './other-xml.ts';
import { adobeEntityId, startExchange } from './stage.ts';

const context = '{urn:oasis:names:tc:xacml:2.0:context:schema:os}';
const policy = '{urn:oasis:names:tc:xacml:2.0:policy:schema:os}';
const xs = 'http://www.w3.org/2001/XMLSchema';
const ok = 'urn:oasis:names:tc:xacml:1.0:status:ok';
const instance = '{http://www.w3.org/2001/XMLSchema-instance}';

const view = (attribute: (id: string, type: string, value: string) => unknown) => [
  `${context}Action`,
  {},
  attribute('urn:oasis:names:tc:xacml:1.0:action:action-id', `${xs}#string`, 'VIEW'),
];

const bareAttribute = (AttributeId: string, DataType: string, value: string) => [
  `${context}Attribute`,
  { AttributeId, DataType },
  [`${context}AttributeValue`, {}, value],
];

const bareRequest = (...subject: unknown[]) => [
  `${context}Request`,
  {
    [`${instance}schemaLocation`]: expect.stringMatching(
      /^urn:oasis:names:tc:xacml:2\.0:context:schema:os http:.*-context-schema-os\.xsd$/,
    ),
  },
  ...subject,
  [
    `${context}Resource`,
    {},
    bareAttribute('urn:oasis:names:tc:xacml:1.0:resource:resource-id', `${xs}#anyURI`, 'REF30'),
  ],
  view(bareAttribute),
  [
    `${context}Environment`,
    {},
    bareAttribute(
      'urn:oasis:names:tc:xacml:1.0:subject:authn-locality:ip-address',
      `${xs}#string`,
      '198.51.100.7',
    ),
  ],
];

const permitWithLog = [
  `${context}Response`,
  {},
  [
    `${context}Result`,
    {},
    [`${context}Decision`, {}, 'Permit'],
    [`${context}Status`, {}, [`${context}StatusCode`, { Value: ok }], [`${context}StatusMessage`, {}, 'ok']],
    [
      `${policy}Obligations`,
      {},
      [
        `${policy}Obligation`,
        { ObligationId: 'urn:cablelabs:olca:1.0:obligations:log', FulfillOn: 'Permit' },
      ],
    ],
  ],
];

test('the request matches the example of the page "MVPD authorization", element by element', async () => {
  await using t = await startExchange({ mvpd: 'Dish' });
  expect((await t.ask(['REF30'])).get('REF30')).toEqual({ permit: true, ttl: 86_400_000 });
  const { path, headers, request, response } = t.last();
  expect(path).toBe('/Dish/authorization');
  expect(headers['content-type']).toMatch(/^text\/xml/);
  const token = Buffer.from('_assertion-1').toString('base64');
  expect(seen(request)).toEqual(
    bareRequest([
      `${context}Subject`,
      {},
      bareAttribute('urn:oasis:names:tc:xacml:1.0:subject:subject-token', `${xs}#base64Binary`, token),
    ]),
  );
  expect(seen(response)).toEqual(permitWithLog);
});

test('a request to an OAuth 2.0 MVPD has a bearer token and no subject', async () => {
  await using t = await startExchange({ mvpd: 'Spectrum' });
  await t.ask(['REF30']);
  const { headers, request, response } = t.last();
  expect(headers.authorization).toBe('Bearer access-1');
  expect(seen(request)).toEqual(bareRequest());
  expect(seen(response)).toEqual(permitWithLog);
});

const queryAttribute = (AttributeId: string, DataType: string, value: string) => [
  `${context}Attribute`,
  { AttributeId, DataType },
  [`${context}AttributeValue`, { [`${instance}type`]: 'xacml-context:AttributeValueType' }, value],
];

const soap = '{http://schemas.xmlsoap.org/soap/envelope/}';
const assertion = '{urn:oasis:names:tc:SAML:2.0:assertion}';
const protocol = '{urn:oasis:names:tc:SAML:2.0:protocol}';
const signature = expect.arrayContaining(['{http://www.w3.org/2000/09/xmldsig#}Signature']);

test('the SOAP query of the pages on proxies and on preflight, signed', async () => {
  await using t = await startExchange({ mvpd: 'Cablevision' });
  await t.ask(['REF30']);
  expect(seen(t.last().request)).toEqual([
    `${soap}Envelope`,
    {},
    [`${soap}Header`, {}],
    [
      `${soap}Body`,
      {},
      [
        '{urn:oasis:names:tc:xacml:2.0:profile:saml2.0:v2:schema:protocol}XACMLAuthzDecisionQuery',
        {
          Destination: t.endpoint,
          ID: expect.stringMatching(/^_/),
          IssueInstant: '2030-01-01T00:00:00.000Z',
          Version: '2.0',
        },
        [`${assertion}Issuer`, {}, `${adobeEntityId}/on-behalf-of/REF30`],
        signature,
        [
          `${context}Request`,
          {},
          [
            `${context}Subject`,
            { SubjectCategory: 'urn:oasis:names:tc:xacml:1.0:subject-category:access-subject' },
            queryAttribute('urn:oasis:names:tc:xacml:1.0:subject:subject-id', `${xs}#string`, 'name-1'),
          ],
          [
            `${context}Resource`,
            {},
            queryAttribute('urn:oasis:names:tc:xacml:1.0:resource:resource-id', `${xs}#string`, 'REF30'),
          ],
          view(queryAttribute),
          [
            `${context}Environment`,
            {},
            queryAttribute(
              'urn:oasis:names:tc:xacml:1.0:subject:authn-locality:ip-address',
              'urn:oasis:names:tc:xacml:2.0:data-type:ipAddress',
              '198.51.100.7',
            ),
          ],
        ],
      ],
    ],
  ]);
});

test('the SOAP response: a signed Response with an assertion that is valid for a day', async () => {
  await using t = await startExchange({ mvpd: 'AdobeShibboleth' });
  await t.ask(['sports']);
  const issuer = [`${assertion}Issuer`, {}, 'https://adobeshibboleth.example/idp'];
  const IssueInstant = '2030-01-01T00:00:00.000Z';
  const ID = expect.stringMatching(/^_/);
  expect(seen(t.last().response)).toEqual([
    `${soap}Envelope`,
    {},
    [
      `${soap}Body`,
      {},
      [
        `${protocol}Response`,
        { ID, InResponseTo: /\bID="([^"]+)"/.exec(t.last().request)?.[1], IssueInstant, Version: '2.0' },
        issuer,
        signature,
        [
          `${protocol}Status`,
          {},
          [`${protocol}StatusCode`, { Value: 'urn:oasis:names:tc:SAML:2.0:status:Success' }],
        ],
        [
          `${assertion}Assertion`,
          { ID, IssueInstant, Version: '2.0' },
          issuer,
          [
            `${assertion}Conditions`,
            { NotBefore: IssueInstant, NotOnOrAfter: '2030-01-02T00:00:00.000Z' },
            [`${assertion}AudienceRestriction`, {}, [`${assertion}Audience`, {}, adobeEntityId]],
          ],
          [
            '{urn:oasis:names:tc:xacml:2.0:profile:saml2.0:v2:schema:assertion}XACMLAuthzDecisionStatement',
            {},
            [
              `${context}Response`,
              {},
              [
                `${context}Result`,
                { ResourceId: 'sports' },
                [`${context}Decision`, {}, 'Deny'],
                [
                  `${context}Status`,
                  {},
                  [`${context}StatusCode`, { Value: ok }],
                  [`${context}StatusMessage`, {}, 'Your subscription package does not include "sports"'],
                ],
                [
                  `${policy}Obligations`,
                  {},
                  [
                    `${policy}Obligation`,
                    { ObligationId: 'urn:tve:xacml:2.0:obligations:upgrade', FulfillOn: 'Deny' },
                  ],
                ],
              ],
            ],
          ],
        ],
      ],
    ],
  ]);
});

test.each([
  ['rsa-sha256', 'sha256'],
  ['rsa-sha1', 'sha1'],
] as const)('%s signatures hold by another canonical form and another verifier', async (algorithm, hash) => {
  await using t = await startExchange({ mvpd: 'Cablevision', signature: algorithm });
  await t.ask(['REF30']);
  const { request, response } = t.last();
  const [adobe, mvpd] = [await t.adobeKeys.publicKey(), await t.mvpdKeys.publicKey()];
  expect(signedElement(request, adobe, hash)).toBe('XACMLAuthzDecisionQuery');
  expect(signedElement(response, mvpd, hash)).toBe('Response');
  expect(signedElement(response.replace('>Permit<', '>Deny<'), mvpd, hash)).toBeNull();
  expect(signedElement(request, mvpd, hash)).toBeNull();
});

const mrss = `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>REF30</title><item>
  <title>Pilot &amp; more</title><guid>ep-1</guid><media:rating scheme="urn:v-chip">TV-PG</media:rating>
  </item></channel></rss>`;

test('MRSS becomes a structured resource if the MVPD supports it, otherwise its channel', async () => {
  await using structured = await startExchange({ mvpd: 'Cablevision' });
  expect((await structured.ask([mrss])).get(mrss)).toMatchObject({ permit: true });
  const content = 'urn:cablelabs:ocla:1.0:attribute:content';
  const [, , , body] = seen(structured.last().request);
  expect(JSON.stringify(body)).toContain(
    JSON.stringify([
      `${context}Resource`,
      {},
      ...[
        ['urn:oasis:names:tc:xacml:1.0:resource:resource-id', 'ep-1'],
        [`${content}:tv-network`, 'REF30'],
        [`${content}:id:namespace`, 'REF30'],
        [`${content}:title`, 'Pilot & more'],
        [`${content}:rating:vchip`, 'TV-PG'],
      ].map(([id = '', value = '']) => queryAttribute(id, `${xs}#string`, value)),
    ]),
  );

  await using plain = await startExchange({ mvpd: 'Dish' });
  expect((await plain.ask([mrss])).get(mrss)).toMatchObject({ permit: true });
  expect(plain.last().request).toContain('>REF30<');
  expect(plain.last().request).not.toContain('ep-1');
});

test.each([
  ['no channel title', '<rss version="2.0"><channel/></rss>'],
  ['an entity', '<!DOCTYPE rss [<!ENTITY t "REF30">]><rss><channel><title>&t;</title></channel></rss>'],
  ['not closed', '<rss><channel><title>REF30</title>'],
  ['two items', '<rss><channel><title>REF30</title><item/><item/></channel></rss>'],
  ['something else', '<feed><title>REF30</title></feed>'],
])('MRSS with %s is refused before anybody is asked', async (_what, resource) => {
  await using t = await startExchange({ mvpd: 'Cablevision' });
  await expect(t.ask(['REF30', resource])).rejects.toMatchObject({
    error: { code: 'invalid_parameter_resources', status: 400 },
  });
  expect(t.exchanges).toEqual([]);
});
