import { expect, test } from 'vitest';
import { runChecks } from '#src/checks/run';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { examine } from '../checks/gateway/examine.ts';
import { startGateway } from '../support/start-gateway.ts';

const clearsTheTerminal = '\u001b[2J\u001b[1;32mok\u009b0m';
const invisible = /[\p{Cc}\p{Cf}]/u;

test('an error of Adobe, or of who answers in its place, does not reach the terminal as it came', async () => {
  await using t = await startGateway();
  const answer = { kind: 'status' as const, status: 400, body: { error: clearsTheTerminal } };
  await t.control.fault({ match: { path: '/o/client/register' }, fault: answer });
  const { results } = await examine({ settings: t.settings });
  const texts = results.flatMap(({ summary, cure = '', facts = {} }) => [
    summary,
    cure,
    ...Object.values(facts).flat().map(String),
  ]);
  expect(texts.join(' ')).toContain('[2J');
  for (const text of texts) expect(text).not.toMatch(invisible);
});

test('nor does what an error of ours quotes of it', async () => {
  const run = async () => {
    throw fail('identity_rejected', { detail: clearsTheTerminal, hint: `${clearsTheTerminal}\nsecond line` });
  };
  const [result] = await runChecks([{ id: 'a', question: 'Is it?', run }], {
    clock: systemClock,
    timeout: 60_000,
  });
  expect(result?.cure).toContain('second line');
  expect(`${result?.summary}${result?.cure}`).not.toMatch(invisible);
});
