import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { guard } from '#src/http/guard';
import { KinpassError } from '#src/lib/errors';
import { namedResource } from '#src/resources/resource';

const request = z.object({ resources: z.array(namedResource) });

const read = (resource: unknown): unknown => guard(request, { resources: [resource] }).resources[0];

/** The field that is wrong, and what is wrong with it. */
const fault = (resource: unknown): [field: string | undefined, hint: string | undefined] | undefined => {
  try {
    read(resource);
    return undefined;
  } catch (error) {
    if (!(error instanceof KinpassError)) throw error;
    return [error.field, error.hint];
  }
};

const mrss = (channel: string, attributes = 'xmlns:media="http://search.yahoo.com/mrss/"') =>
  `<rss version="2.0" ${attributes}><channel>${channel}</channel></rss>`;
const title = '<title>REF30</title>';
const rating = (scheme: string, value = 'pg') => `<media:rating ${scheme}>${value}</media:rating>`;

describe('accepted, and as it was', () => {
  test.for([
    ['an id', 'REF30'],
    ['an id with blanks and marks', ' urn:tve:tms:1234 & "more" '],
    [
      'a channel, as in the sample of Adobe',
      `\n    <rss version="2.0"> \n<channel>\n${title}\n</channel>\n</rss>\n`,
    ],
    ['a channel with a rating', mrss(`${title}${rating('scheme="urn:mpaa"')}`)],
    [
      'the older namespace',
      mrss(`${title}${rating('scheme="urn:mpaa"')}`, 'xmlns:media="http://video.search.yahoo.com/mrss/"'),
    ],
    [
      'another prefix',
      mrss(
        `${title}<m:rating scheme="urn:v-chip">tv-ma</m:rating>`,
        'xmlns:m="http://search.yahoo.com/mrss/"',
      ),
    ],
    ['an item in CDATA', mrss(`${title}<item><title><![CDATA[A & B]]></title><guid>1</guid></item>`)],
    ['entities of XML', mrss(`${title}<item><title>A &amp; B &#38; C</title></item>`)],
    [
      'elements of others',
      mrss(
        `${title}<dc:date>2026</dc:date><media:location/>`,
        'xmlns:dc="urn:dc" xmlns:media="http://search.yahoo.com/mrss/"',
      ),
    ],
    ['markup within CDATA and comments', mrss('<title><![CDATA[a & b &#7; <c]]></title><!-- & ]]> -->')],
    ['a declaration and a comment', `<?xml version="1.0" encoding="UTF-8"?><!-- x -->${mrss(title)}`],
    ['a channel by its parts', { channel: 'REF30' }],
    [
      'an item by its parts',
      { channel: 'REF30', id: 'ep-1', title: 'A & B', rating: { scheme: 'urn:mpaa', value: 'PG-13' } },
    ],
    ['the longest text', 'x'.repeat(16_384)],
  ] as const)('%s', ([, resource]) => {
    expect(read(resource)).toEqual(resource);
  });
});

const notXml = 'must be well-formed XML without a document type';

describe('a document is refused', () => {
  test.for([
    ['not closed', `<rss><channel>${title}</channel>`, notXml],
    ['tags that do not match', '<rss><channel></rss></channel>', notXml],
    ['a lone ampersand', mrss('<title>A & B</title>'), notXml],
    ['a lone ampersand before a semicolon', mrss('<title>A & B;</title>'), notXml],
    ['an entity that nobody declared', mrss('<title>&nbsp;</title>'), notXml],
    ['an attribute without quotation marks', '<rss version=2.0></rss>', notXml],
    ['an attribute twice', '<rss version="2.0" version="2.0"></rss>', notXml],
    ['an unbound prefix', mrss(`${title}${rating('scheme="urn:mpaa"')}`, ''), notXml],
    ['text after the end', `${mrss(title)}x`, notXml],
    ['two roots', `${mrss(title)}${mrss(title)}`, notXml],
    ['an end of CDATA in text', mrss('<title>]]></title>'), notXml],
    ['CDATA that is not closed', mrss('<title><![CDATA[REF30</title>'), notXml],
    ['a comment that is not closed', `${mrss(title)}<!-- `, notXml],
    ['a control character', mrss('<title>REF\u000730</title>'), notXml],
    ['a reference to a control character', mrss('<title>REF&#7;30</title>'), notXml],
    ['half a surrogate pair', mrss('<title>REF\ud80030</title>'), notXml],
    ['the same beyond Unicode', mrss('<title>REF&#x110000;30</title>'), notXml],
    ['a document type', `<!DOCTYPE rss>${mrss(title)}`, notXml],
    ['an entity of its own', `<!DOCTYPE rss [<!ENTITY t "REF30">]>${mrss('<title>&t;</title>')}`, notXml],
    ['only an opening tag', '<rss>', notXml],
    ['a less-than sign alone', '<', notXml],
    ['another root', '<feed><title>REF30</title></feed>', 'must be MRSS: its root element is rss'],
    [
      'a root in a namespace',
      `<rss xmlns="urn:x"><channel>${title}</channel></rss>`,
      'must be MRSS: its root element is rss',
    ],
    ['no channel', '<rss version="2.0"/>', 'must have one channel'],
    [
      'two channels',
      `<rss><channel>${title}</channel><channel>${title}</channel></rss>`,
      'must have one channel',
    ],
    ['no channel title', mrss('<item><title>REF30</title></item>'), 'must have one channel title'],
    ['a blank channel title', mrss('<title> \n</title>'), 'must have one channel title'],
    ['two channel titles', mrss(`${title}${title}`), 'must have one channel title'],
    ['two items', mrss(`${title}<item/><item/>`), 'must have one item at most'],
    [
      'a namespace without its last slash',
      mrss(`${title}${rating('scheme="urn:mpaa"')}`, 'xmlns:media="http://search.yahoo.com/mrss"'),
      'must have its media elements in http://search.yahoo.com/mrss/',
    ],
    [
      'a rating in no namespace',
      mrss(`${title}<rating scheme="urn:mpaa">pg</rating>`),
      'must have its media elements in http://search.yahoo.com/mrss/',
    ],
    [
      'a scheme that is unknown',
      mrss(`${title}${rating('scheme="urn:simple"')}`),
      'must have ratings with the scheme urn:mpaa or urn:v-chip',
    ],
    [
      'a rating without a scheme',
      mrss(`${title}${rating('')}`),
      'must have ratings with the scheme urn:mpaa or urn:v-chip',
    ],
    [
      'a rating of nothing',
      mrss(`${title}${rating('scheme="urn:mpaa"', ' ')}`),
      'must have a value in each rating',
    ],
    [
      'a rating of an item',
      mrss(`${title}<item>${rating('scheme="urn:x"')}</item>`),
      'must have ratings with the scheme urn:mpaa or urn:v-chip',
    ],
  ] as const)('for %s', ([, resource, hint]) => {
    expect(fault(resource)).toEqual(['resources.0', hint]);
  });

  test('though blanks precede it', () => {
    expect(fault('  \n<rss>')).toEqual(['resources.0', notXml]);
  });
});

const onlyXml = 'must not have control characters or other characters that XML does not allow';
const visible = 'must be one line of visible characters';
const channel = 'REF30';

test.for([
  ['', 'resources.0', 'must have at least 1 character'],
  ['x'.repeat(16_385), 'resources.0', 'must have at most 16384 characters'],
  ['REF\u000030', 'resources.0', onlyXml],
  ['REF\n30', 'resources.0', onlyXml],
  ['REF\ud800', 'resources.0', onlyXml],
  [7, 'resources.0', 'must be an id, an MRSS document, or an object with a channel'],
  [null, 'resources.0', 'must be an id, an MRSS document, or an object with a channel'],
  [['REF30'], 'resources.0', 'must be an id, an MRSS document, or an object with a channel'],
  [{}, 'resources.0.channel', 'is missing'],
  [{ id: 'ep-1' }, 'resources.0.channel', 'is missing'],
  [{ channel: '' }, 'resources.0.channel', visible],
  [{ channel: 7 }, 'resources.0.channel', 'must be a string'],
  [{ channel: 'x'.repeat(256) }, 'resources.0.channel', 'must have at most 255 characters'],
  [{ channel: '<rss>' }, 'resources.0.channel', 'must not have <'],
  [{ channel: 'REF\u202e30' }, 'resources.0.channel', visible],
  [{ channel, id: 'ep\n1' }, 'resources.0.id', visible],
  [{ channel, id: '1<' }, 'resources.0.id', 'must not have <'],
  [{ channel, id: 'x'.repeat(1_025) }, 'resources.0.id', 'must have at most 1024 characters'],
  [{ channel, title: ' ' }, 'resources.0.title', 'must not be blank'],
  [{ channel, title: 'A\u0007' }, 'resources.0.title', onlyXml],
  [{ channel, title: 'A\uffff' }, 'resources.0.title', onlyXml],
  [{ channel, title: 'x'.repeat(1_001) }, 'resources.0.title', 'must have at most 1000 characters'],
  [{ channel, rating: 'pg' }, 'resources.0.rating', 'must be an object'],
  [{ channel, rating: { value: 'pg' } }, 'resources.0.rating.scheme', 'is missing'],
  [
    { channel, rating: { scheme: 'urn:simple', value: 'adult' } },
    'resources.0.rating.scheme',
    'must be urn:mpaa or urn:v-chip',
  ],
  [{ channel, rating: { scheme: 'urn:mpaa', value: '' } }, 'resources.0.rating.value', 'must not be blank'],
  [{ channel, ratings: [] }, 'resources.0', 'may have channel, id, title and rating only'],
] as const)('refused by the name of its field: %#', ([resource, field, hint]) => {
  expect(fault(resource)).toEqual([field, hint]);
});
