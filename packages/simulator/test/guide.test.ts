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

const shell = async (script: string) =>
  promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script]).catch(
    (failed: { stdout: string; stderr: string }) => failed,
  );
const output = async (script: string): Promise<string> => (await shell(script)).stdout;

const curl = isInstalled('curl') && isInstalled('bash');
if (!curl) console.warn('No curl or no bash on the PATH: the curl client of the guide is not run.');

describe.skipIf(!curl)('the curl client', () => {
  const [opening = '', watching = '', television = '', page = ''] = blocks('sh').filter((text) =>
    text.includes('/api/v2/'),
  );
  /** Runs a block after others; resolves to what it printed, and to the shell's state. */
  const run = async (block: string, state = '') => {
    const kept = 'declare -p adobe token device info code; declare -f ask member';
    const script = block.replace('http://localhost:9090', world.origins.adobe);
    const [printed = '', left = ''] = (await output(`${state}\n${script}\necho ---; ${kept}`)).split('---\n');
    return { printed, state: left };
  };
  const logIn = (printed: string) => {
    const [, url] = /^open http:\/\/localhost:\d+(\S+)/m.exec(printed) ?? [];
    return world.logIn({ body: { url: url ?? '' } }, stepwise());
  };

  test('goes from registration to sign-out', async () => {
    const { printed, state } = await run(opening);
    expect(printed).toContain('"displayName":"Optimum"');
    await logIn(printed);
    const [profiles, listed, played, logouts] = (await run(watching, state)).printed
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(profiles).toMatchObject({ profiles: { Cablevision: { type: 'regular' } } });
    expect(listed).toMatchObject({ decisions: [{ resource: 'REF30', authorized: true }, {}] });
    expect(played).toMatchObject({ decisions: [{ token: { serializedToken: expect.any(String) } }] });
    expect(logouts).toMatchObject({ logouts: { Cablevision: { actionName: 'logout' } } });
  });

  test('signs a television in on a second screen', async () => {
    const { state } = await run(`${opening}\n${television}`);
    const { printed } = await run(page, state);
    expect(printed).toContain('"missingParameters":["mvpd","redirectUrl"]');
    await logIn(printed);
    expect(await output(`${state}\nask $adobe/api/v2/REF30/profiles/code/$code`)).toContain('"regular"');
  });

  test('shows errors with status and body', async () => {
    const { state } = await run(opening);
    const { stdout, stderr } = await shell(`${state}\nask $adobe/api/v2/REF30/sessions/AAAAAAA`);
    expect(stdout).toContain('invalid_authentication_session');
    expect(stderr).toContain('400');
  });
});

test.skipIf(!curl)('the faults by curl are orders that the simulator takes', async () => {
  const order = block('sh', '"name": "shaky"').replaceAll(
    'localhost:9090',
    new URL(world.origins.adobe).host,
  );
  expect(await output(order)).toContain('"id":"fault-1"');
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
    await world.adobe('/_control/requests', { method: 'DELETE' });
    for (const path of paths)
      await world.adobe(path, { method: /profiles|configuration|logout/.test(path) ? 'GET' : 'POST' });
    expect((await world.requests()).map(({ operation }) => operation)).toEqual([
      'dcr.register',
      'dcr.token',
      'configuration.get',
      'sessions.create',
      'sessions.resume',
      'profiles.code',
      'decisions.preauthorize',
      'decisions.authorize',
      'logout',
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
