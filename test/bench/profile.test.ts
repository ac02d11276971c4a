import { expect, test } from 'vitest';
import { cpuByModule } from '../../bench/measure/profile.ts';

const node = (id: number, url: string, functionName = 'f', children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});

const profile = {
  nodes: [
    node(1, '', '(root)', [2, 4, 5, 6, 7]),
    node(2, 'file:///work/src/stores/sqlite/database.ts', 'find', [3]),
    node(3, '', 'all'),
    node(4, 'file:///work/node_modules/@koa/router/dist/index.js'),
    node(5, 'node:internal/crypto/hash'),
    node(6, '', '(idle)'),
    node(7, '', '(garbage collector)'),
  ],
  samples: [2, 3, 4, 5, 6, 7],
  timeDeltas: [10, 20, 4, 3, 1_000, 2],
};

test('native code counts where it was called from, and waiting not at all', () => {
  expect(cpuByModule(profile)).toEqual([
    ['src/stores', 30],
    ['@koa/router', 4],
    ['node:internal/crypto', 3],
    ['(garbage collector)', 2],
  ]);
});
