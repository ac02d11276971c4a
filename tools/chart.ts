/**
 * `npm run chart` renders deploy/chart with each file of deploy/values into deploy/rendered, by `helm template`. The first line
 * of a rendered file has the digest of what it was rendered from, and of itself, so that a test notices a change without Helm.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const deploy = join(import.meta.dirname, '../deploy');

/** The names of the rendered sets. */
export const sets = ['single', 'cluster', 'kms'] as const;

export type SetName = (typeof sets)[number];

const renderedPath = (name: SetName) => join(deploy, 'rendered', `${name}.yaml`);

export const readRendered = (name: SetName): string => readFileSync(renderedPath(name), 'utf8');

/** What the first line of a rendered set says. */
export const titleOf = (name: SetName, rendered: string): string => {
  const hash = createHash('sha256');
  for (const file of [...globSync('chart/**/*.*', { cwd: deploy }).sort(), `values/${name}.yaml`])
    hash.update(`${file}\n${readFileSync(join(deploy, file), 'utf8')}\n`);
  const digest = hash.update(rendered).digest('hex').slice(0, 16);
  return `# Made of values/${name}.yaml by npm run chart: do not edit (${digest})\n`;
};

/** What Helm makes of a set, for a release `kinpass` in a namespace of this name. */
export const render = (name: SetName): string => {
  const values = join(deploy, 'values', `${name}.yaml`);
  const args = ['template', 'kinpass', join(deploy, 'chart'), '--namespace', 'kinpass', '--values', values];
  const rendered = execFileSync('helm', args, { encoding: 'utf8' });
  return titleOf(name, rendered) + rendered;
};

if (import.meta.main) for (const name of sets) writeFileSync(renderedPath(name), render(name));
