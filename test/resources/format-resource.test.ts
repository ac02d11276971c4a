import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, test } from 'vitest';
import { resourcesSchema } from '#src/config/schema/resources';
import { createFormatResource } from '#src/resources/format-resource';
import type { NamedResource } from '#src/resources/resource';

const format = createFormatResource(
  resourcesSchema.parse({
    mvpds: [
      { id: 'Documents', format: 'mrss', channels: [{ channel: 'news', title: 'NEWS & MORE' }] },
      { id: 'Items', format: 'id', channels: [{ channel: 'news', title: 'NEWS' }] },
      { id: 'Channels', channels: [{ channel: 'news', title: 'NEWS' }] },
    ],
  }),
);

const pilot = {
  channel: 'REF30',
  id: 'ep-1',
  title: 'Pilot',
  rating: { scheme: 'urn:v-chip', value: 'TV-14' },
} as const;

const open = '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>';
const close = '</channel></rss>';

describe('an MVPD that takes MRSS gets', () => {
  test.for([
    ['a channel', { channel: 'REF30' }, '<title>REF30</title>'],
    ['its title for the channel', { channel: 'news' }, '<title>NEWS &amp; MORE</title>'],
    [
      'the rating of a channel, as in the sample of Adobe',
      { channel: 'REF30', rating: { scheme: 'urn:mpaa', value: 'pg' } },
      '<title>REF30</title><media:rating scheme="urn:mpaa">pg</media:rating>',
    ],
    [
      'an item with its rating',
      pilot,
      '<title>REF30</title><item><title>Pilot</title><guid>ep-1</guid><media:rating scheme="urn:v-chip">TV-14</media:rating></item>',
    ],
    [
      'an item without a title',
      { channel: 'REF30', id: 'ep-1' },
      '<title>REF30</title><item><guid>ep-1</guid></item>',
    ],
    [
      'an item without an id',
      { channel: 'REF30', title: 'Pilot' },
      '<title>REF30</title><item><title>Pilot</title></item>',
    ],
  ] satisfies [string, NamedResource, string][])('%s', ([, named, content]) => {
    expect(format(named, 'Documents')).toBe(`${open}${content}${close}`);
  });
});

test.for([
  ['Items', pilot, 'ep-1'],
  ['Items', { channel: 'news' }, 'NEWS'],
  ['Channels', pilot, 'REF30'],
  ['Channels', { channel: 'news', id: 'ep-1' }, 'NEWS'],
  ['one without settings', { channel: 'news', id: 'ep-1' }, 'news'],
] satisfies [string, NamedResource, string][])('%s get %o as plain text', ([mvpd, named, sent]) => {
  expect(format(named, mvpd)).toBe(sent);
});

test('the setting holds for MVPDs that have no format of their own', () => {
  const byDefault = createFormatResource(
    resourcesSchema.parse({
      format: 'mrss',
      mvpds: [{ id: 'Channels', format: 'channel' }, { id: 'Other' }],
    }),
  );
  const sent = ['Channels', 'Other', 'Another'].map((mvpd) => byDefault({ channel: 'REF30' }, mvpd));
  const document = `${open}<title>REF30</title>${close}`;
  expect(sent).toEqual(['REF30', document, document]);
});

test.for([' REF30 ', '<rss> <channel/></rss>', '東京', '&amp;'])(
  'the text %j stays as it is, whatever the MVPD takes',
  (text) => {
    for (const mvpd of ['Documents', 'Items', 'Channels']) expect(format(text, mvpd)).toBe(text);
  },
);

/** What a reader of XML finds in the elements of that name. */
const found = (document: string, name: string): (string | null)[] =>
  Array.from(new DOMParser().parseFromString(document, 'text/xml').getElementsByTagName(name)).map(
    ({ textContent }) => textContent,
  );

test.for([
  'A & B',
  '&amp; &lt; &#65; &unknown;',
  '<b>bold</b>',
  '<![CDATA[x]]>',
  ']]>',
  ']]]]><![CDATA[>',
  '</title></item></channel></rss>',
  '<!-- comment -->',
  '<?php go(); ?>',
  '"quoted" and \'quoted\'',
  'Élan, 東京, שלום, 👩‍👩‍👧',
  '$& $1 $$',
  'two  spaces',
])('a reader of the document finds the text %j again', (text) => {
  const rating = { ...pilot.rating, value: text };
  const document = format({ channel: text, id: text, title: text, rating }, 'Documents');
  expect(found(document, 'title')).toEqual([text, text]);
  expect(found(document, 'guid')).toEqual([text]);
  expect(found(document, 'media:rating')).toEqual([text]);
});
