import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { readStages } from '../support/dockerfile.ts';

const folder = join(import.meta.dirname, '../../.github/workflows');

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});

const job = z.looseObject({
  'timeout-minutes': z.number(),
  strategy: z
    .object({ matrix: z.object({ include: z.array(z.object({ target: z.string(), suffix: z.string() })) }) })
    .optional(),
  steps: z.array(step),
});

const workflow = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), job),
});

const read = (file: string) => workflow.parse(parse(readFileSync(join(folder, file), 'utf8')));

describe.each(globSync('*.yml', { cwd: folder }))('%s', (file) => {
  const { permissions, jobs } = read(file);
  const steps = Object.values(jobs).flatMap((each) => each.steps);

  test('may read the repository, unless a job needs more', () => {
    expect(permissions).toEqual({ contents: 'read' });
    for (const checkout of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(checkout.with).toMatchObject({ 'persist-credentials': false });
  });

  test('uses actions of a version', () => {
    expect(steps.filter(({ uses }) => uses !== undefined && !/@v\d+$/.test(uses))).toEqual([]);
  });

  test('runs scripts that there are', () => {
    const scripts = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run (?:--silent )?([\w:-]+)/g)]);
    expect(scripts.map(([, name]) => name).filter((name) => !(String(name) in manifest.scripts))).toEqual([]);
  });
});

test('each image of a version is signed, by what its bytes are, with where it comes from and what is in it', () => {
  const { images } = read('images.yml').jobs;
  const targets = images?.strategy?.matrix.include.map(({ target }) => target) ?? [];
  expect(targets.toSorted()).toEqual(['aws', 'demo', 'gateway']);
  expect(readStages().map(({ name }) => name)).toEqual(expect.arrayContaining(targets));
  const build = images?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
  expect(build?.with).toMatchObject({
    platforms: 'linux/amd64,linux/arm64',
    provenance: 'mode=max',
    sbom: true,
  });
  const commands = images?.steps.map(({ run = '' }) => run).join('\n');
  expect(commands).toContain('cosign sign --yes --recursive "$IMAGE@$DIGEST"');
  expect(commands).toMatch(
    /npm run --silent sbom > (\S+)\n *cosign attest --yes --type cyclonedx --predicate \1 /,
  );
});
