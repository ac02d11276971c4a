import { expect, test } from 'vitest';
import { sendLines } from '../support/raw-request.ts';
import { startGateway } from '../support/start-gateway.ts';

test('a path of the API with an empty segment is refused in the shape of the API', async () => {
  await using t = await startGateway();
  for (const [path, body] of [
    ['//api/v2/REF30/profiles', '"code":"gateway_not_found"'],
    ['/api//v2/REF30/profiles', '"code":"gateway_parameter_invalid"'],
    ['//o/client/token', '"error":"invalid_request"'],
  ] as const) {
    const { statuses, text } = await sendLines(t.origin, [`GET ${path} HTTP/1.1`, 'Host: gateway']);
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(text.toLowerCase()).toContain('content-type: application/json');
    expect(text).toContain(body);
  }
});
