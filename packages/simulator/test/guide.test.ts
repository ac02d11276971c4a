import { execFile } from 'node:child_process';
import { accessSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { startWorld, stepwise, type World } from './world.ts';

const guide = readFileSync(new URL('../docs/guide.md', import.meta.url), 'utf8');

const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
const block = (language: string, beginning: string): string =>
  blocks(language).find((text) => text.includes(beginning)) ?? '';

const isInstalled = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name));
      return true;
    } catch {
      return false;
    }
  });

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const shell = async (script: string): Promise<string> => {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]);
  return stdout;
};

const curl = isInstalled('curl') && isInstalled('bash');
if (!curl) console.warn('No curl or no bash on the PATH: the curl client of the guide is not run.');

test.skipIf(!curl)('the curl client goes from registration to a decision', async () => {
  const [opening, deciding] = blocks('sh').filter((text) => text.includes('/api/v2/')) as [string, string];
  const here = opening.replace('http://localhost:9090', world.origins.adobe);
  const told = await shell(`${here}\nprintf '%s\\n' "$code" "$token" "$device" "$info"`);
  const [open = '', code, token, device, info] = told.trim().split('\n');
  const url = open.replace(`open ${world.origins.adobe}`, '');
  await world.logIn({ body: { url } }, stepwise());
  const known = { adobe: world.origins.adobe, code, token, device, info };
  const variables = Object.entries(known).map(([name, value]) => `${name}='${value}'`);
  const answers = await shell(`${variables.join('\n')}\n${deciding}`);
  const [profiles, decisions] = answers
    .replace('}{"decisions"', '}\n{"decisions"')
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(profiles).toMatchObject({ profiles: { Cablevision: { type: 'regular' } } });
  expect(decisions).toMatchObject({ decisions: [{ resource: 'REF30', authorized: true }] });
});

test.skipIf(!curl)('the faults by curl are orders that the simulator takes', async () => {
  const order = block('sh', '"name": "shaky"').replaceAll(
    'localhost:9090',
    new URL(world.origins.adobe).host,
  );
  expect(await shell(order)).toContain('"id":"fault-1"');
  expect(world.simulator.control.faults.list()).toEqual([]);
});

describe.each(['swift', 'kotlin', 'brightscript'])('the %s client', (language) => {
  const [text = ''] = blocks(language);

  test('calls what there is, with the headers and members that it takes', async () => {
    const paths = [...text.matchAll(/"(\/(?:api|o)\/[^"]*)"((?: \+ m?\.?\w+(?: \+ "[^"]*")?)*)/g)].map(
      ([, path = '', more = '']) =>
        (path + more.replace(/ \+ m?\.?\w+(?: \+ "([^"]*)")?/g, (_, tail = '') => `x${tail}`))
          .replace(/\\\(\w+\)|\$\w+/g, 'x')
          .replace(/x+/g, 'x'),
    );
    expect(paths).toHaveLength(5);
    await world.adobe('/_control/requests', { method: 'DELETE' });
    for (const path of paths)
      await world.adobe(path, { method: path.includes('/profiles/') ? 'GET' : 'POST' });
    expect((await world.requests()).map(({ operation }) => operation)).toEqual([
      'dcr.register',
      'dcr.token',
      'sessions.create',
      'profiles.code',
      'decisions.authorize',
    ]);
    for (const word of [
      'AP-Device-Identifier',
      'X-Device-Info',
      'fingerprint ',
      'Bearer ',
      'software_statement',
    ])
      expect(text).toContain(word);
  });
});

test('the scenario of the guide plays', async () => {
  const scenario = parseYaml(block('yaml', 'breaking-news'));
  const { status } = await world.post('/_control/scenarios', { scenario });
  expect(status).toBe(201);
  expect(world.simulator.control.scenarios.running()).toMatchObject([{ name: 'breaking-news' }]);
});
