import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway } from '../support/start-gateway.ts';

test.each([
  ['a setting', 'apps: oops', 0, 'ready  http://127.0.0.1:'],
  ['the admin listener', 'admin: { port: "8081" }', 1, 'admin.port'],
  ['the whole file', 'apps: [', 1, 'is not valid YAML'],
])(
  'a gateway that runs on while its file has a fault is asked all the same: fault in %s',
  async (_where, fault, code, said) => {
    await using t = await startGateway();
    await using run = runKinpass(['health', '--config', 'kinpass.yaml']);
    const admin = `admin: { port: ${new URL(t.adminOrigin).port} }\n`;
    writeFileSync(join(run.folder, 'kinpass.yaml'), fault.startsWith('admin') ? fault : admin + fault);
    expect(await run.ended).toBe(code);
    expect(run.output).toContain(said);
  },
);
