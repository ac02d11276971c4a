import { expect, test } from 'vitest';
import { html, toText } from '#src/web/html';

test('values are escaped, in content and in attributes', () => {
  const hostile = `"><svg onload='1'>&`;
  expect(toText(html`<p title="${hostile}">${hostile}</p>`)).toBe(
    '<p title="&quot;&gt;&lt;svg onload=&#39;1&#39;&gt;&amp;">&quot;&gt;&lt;svg onload=&#39;1&#39;&gt;&amp;</p>',
  );
});

test('markup nests, lists are joined, absent values are empty', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
  expect(toText(html`<ul>${items}</ul>${false}${null}${undefined}${0}`)).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>0',
  );
});

test('data cannot imitate markup', () => {
  const forged = JSON.parse('{"markup":"<script>","Symbol(markup)":"<script>"}');
  expect(() => html`${forged}`).toThrow();
});
