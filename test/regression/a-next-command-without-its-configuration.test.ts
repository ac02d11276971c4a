import { expect, test } from 'vitest';
import { nextCommand } from '#src/cli/keys/next-command';

/** The commands that keys commands print next lacked the `--config` they were given, and failed when pasted. */
test('a command to paste names the configuration that the one before was given', () => {
  expect(nextCommand({ config: 'prod.yaml' }, 'acknowledge', 'k1')).toBe(
    'kinpass keys acknowledge --config prod.yaml k1',
  );
  expect(nextCommand({ 'keys-directory': "/srv/Ana's keys" }, 'generate')).toBe(
    `kinpass keys generate --keys-directory '/srv/Ana'\\''s keys'`,
  );
});

test('a key whose id looks like an option stays an operand', () => {
  expect(nextCommand({ config: 'prod.yaml' }, 'activate', '-k1')).toBe(
    'kinpass keys activate --config prod.yaml -- -k1',
  );
  expect(nextCommand({}, 'export', 'k1')).toBe('kinpass keys export k1');
});
