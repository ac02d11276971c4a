import { createPrivateKey, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { signCompact } from '#src/service-token/sign-compact';
import { rfc7515Key } from '../signing-keys/rfc7515-key.ts';

const key = createPrivateKey({ key: rfc7515Key, format: 'jwk' });
const signer = { sign: async (bytes: Uint8Array) => sign('sha256', bytes, key) };

test('RFC 7515 A.2: the token of the example', async () => {
  const payload = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';
  expect(await signCompact(signer, { alg: 'RS256' }, payload)).toBe(
    'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
  );
});
