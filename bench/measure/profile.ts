import { z } from 'zod';

const profileShape = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

type Node = z.infer<typeof profileShape>['nodes'][number];

/** `src/flows`, `koa`, `node:internal/crypto`, `(garbage collector)`; undefined for native code. */
const moduleOf = ({ url, functionName }: Node['callFrame']): string | undefined => {
  const [, installed] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const [, own] = /\/(src\/[^/]+)/.exec(url) ?? [];
  const [, internal] = /^(node:(?:internal\/)?[^/]+)/.exec(url) ?? [];
  return installed ?? own ?? internal ?? (functionName.startsWith('(') ? functionName : undefined);
};

/** Of each node by its id. Native code counts as a part of what called it. */
const modulesOf = (nodes: readonly Node[]): ReadonlyMap<number, string> => {
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const modules = new Map<number, string>();
  // Callers come first in a profile.
  for (const { id, callFrame } of nodes) {
    const caller = modules.get(callers.get(id) ?? id);
    modules.set(id, moduleOf(callFrame) ?? caller ?? '(native)');
  }
  return modules;
};

/** Neither costs a request anything: waiting, and the profiler itself. */
const uncounted = ['(idle)', 'node:inspector'];

/** Microseconds of the main thread by module, most first. */
export const cpuByModule = (profile: unknown): readonly (readonly [module: string, micros: number])[] => {
  const { nodes, samples, timeDeltas } = profileShape.parse(profile);
  const modules = modulesOf(nodes);
  const micros = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = modules.get(id) ?? '(native)';
    micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  for (const name of uncounted) micros.delete(name);
  return [...micros].sort(([, a], [, b]) => b - a);
};
