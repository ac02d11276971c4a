import { expect, test } from 'vitest';
import { InvalidXml, parseXml } from '#src/xml/parse';
import { element } from '#src/xml/write';
import { seen } from '../xacml/other-xml.ts';

test('elements become plain data', () => {
  expect(parseXml('<a:one xmlns:a="urn:a" b="1" a:c="2">x<!-- y -->z<two/><![CDATA[<&>]]></a:one>')).toEqual({
    name: 'one',
    namespace: 'urn:a',
    text: 'xz<&>',
    attributes: { b: '1', '{urn:a}c': '2' },
    children: [{ name: 'two', namespace: '', text: '', attributes: {}, children: [] }],
  });
});

test.each([
  ['a document type', '<!DOCTYPE a><a/>'],
  ['an entity declaration', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
  ['an entity nobody declared', '<a>&e;</a>'],
  ['a declaration in the middle', '<a><!ELEMENT b ANY></a>'],
  ['a processing instruction', '<a><?php go(); ?></a>'],
  ['a stylesheet', '<?xml-stylesheet href="file:///etc/passwd"?><a/>'],
  ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
  ['a control character', '<a>\u0007</a>'],
  ['a reference to a control character', '<a>&#7;</a>'],
  ['the same in an attribute', '<a b="&#x0;"/>'],
  ['half a surrogate', '<a>\ud800</a>'],
  ['one attribute twice', '<a b="1" b="2"/>'],
  ['an unbound prefix', '<p:a/>'],
  ['attributes without quotes', '<a b=c/>'],
  ['tags that do not match', '<a><b></a></b>'],
  ['text after the end', '<a/>x'],
  ['two roots', '<a/><b/>'],
  ['a lone ampersand', '<a>this & that</a>'],
  ['nothing', ''],
  ['depth', '<a>'.repeat(41) + '</a>'.repeat(41)],
  ['too many elements', `<a>${'<b/>'.repeat(5_000)}</a>`],
  ['too many characters', `<a>${' '.repeat(256 * 1024)}</a>`],
])('%s is refused', (_what, text) => {
  expect(() => parseXml(text)).toThrow(InvalidXml);
});

test('errors quote nothing of the document', () => {
  for (const text of ['<secret></a>', '<a secret=x/>', '<a>&secret;</a>'])
    expect(() => parseXml(text)).toThrow(/^(?!.*secret)/);
});

test('written XML is read back unchanged, by libxml2 too', () => {
  const hostile = `<&>"']]>\t\n é 😀 <!-- x -->`;
  const { xml } = element('a', { b: hostile, c: null }, element('d', {}, hostile), [hostile.trim()]);
  expect(parseXml(xml)).toMatchObject({ attributes: { b: hostile }, children: [{ text: hostile }] });
  expect(seen(element('d', { b: hostile }, hostile).xml)).toEqual(['d', { b: hostile }, hostile]);
});
