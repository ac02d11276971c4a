import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { readRendered, render, sets, titleOf } from '../../tools/chart.ts';
import { manifestsIn } from '../support/manifests.ts';

const helmIsThere = spawnSync('helm', ['version']).status === 0;

test.each(sets)(
  '%s was rendered after the last change of the chart and its values (npm run chart)',
  (name) => {
    const [title = '', rendered = ''] = readRendered(name).split(/(?<=^.*\n)/);
    expect(title).toBe(titleOf(name, rendered));
  },
);

test.skipIf(!helmIsThere).each(sets)('Helm makes the same of %s (skipped without helm)', (name) => {
  expect(manifestsIn(render(name))).toEqual(manifestsIn(readRendered(name)));
});

test('the chart installs the image of this version', () => {
  const chart = parse(
    readFileSync(new URL('../../deploy/chart/Chart.yaml', import.meta.url), 'utf8'),
  ) as object;
  expect(chart).toMatchObject({ version: manifest.version, appVersion: manifest.version });
  const images = sets.map((name) => /image: "?(\S+?)"?$/m.exec(readRendered(name))?.[1]);
  expect(images).toEqual(
    ['', '', '-aws'].map((suffix) => `images.example.com/kinpass:${manifest.version}${suffix}`),
  );
});
