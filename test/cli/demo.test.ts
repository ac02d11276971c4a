import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { demoYaml } from '#src/cli/demo/settings-file';
import { parseConfig } from '#src/config/load';

test('the demo, whose passwords everybody knows, listens to this machine only', async () => {
  const { public: open, admin } = parseConfig(parse(await demoYaml()));
  expect([open.host, admin.host]).toEqual(['127.0.0.1', '127.0.0.1']);
});
