import { expect, test } from 'vitest';
import { canonicalJson } from '#src/lib/canonical-json';

/** RFC 8785 §3.2.2 and §3.2.3 */
test.each<[string, string]>([
  ['{ "b": 1, "a": [true, null, {"z": "", "é": "é"}] }', '{"a":[true,null,{"z":"","é":"é"}],"b":1}'],
  [
    '[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]',
    '[333333333.3333333,1e+30,4.5,0.002,1e-27]',
  ],
  [
    '{"\\u20ac": 1, "\\r": 2, "\\ufb33": 3, "1": 4, "\\ud83d\\ude00": 5, "\\u0080": 6, "\\u00f6": 7}',
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  ],
])('%s', (text, canonical) => expect(canonicalJson(JSON.parse(text))).toBe(canonical));
