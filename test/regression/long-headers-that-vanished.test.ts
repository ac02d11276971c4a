import type { Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway();
  tv = t.device('tv');
  await tv.register();
});
afterAll(() => t[Symbol.asyncDispose]());

const long = (part: string): string => part.repeat(9_000 / part.length);

test.each([
  ['ap-temppass-identity', long('eyJlbWFpbCI6IjEifQ==')],
  ['ap-temppass-identity', 'not Base64: "é",\t{a:1};'],
  ['ap-partner-framework-status', long('e30')],
  ['ap-visitor-identifier', long('20265673158980419722735089753036633573')],
  ['user-agent', long('TV/1.0 ')],
])('%s reaches Adobe byte for byte: %#', async (name, value) => {
  await t.control.clearRequests();
  await tv.call('/REF30/profiles/Cablevision', { headers: { [name]: value } });
  const [sent] = reachedAdobe(await t.control.requests()).filter(({ path }) => path.includes('/profiles/'));
  expect(sent?.headers[name]).toBe(value.trim());
});
