#!/usr/bin/env node
// Plain JavaScript, so that an older Node can still read it and say what is missing.
import { existsSync } from 'node:fs';

const needed = 24;
const running = Number(process.versions.node.split('.')[0]);
if (running < needed) {
  console.error(
    `Kinpass needs Node.js ${needed} or newer; this is ${process.version}. ` +
      'In a clone, `npx kinpass …` and `npm start` bring their own; elsewhere install a newer Node.js.',
  );
  process.exit(1);
}
if (process.argv[2] === 'serve') (await import('./memory.js')).startWithLessMemory();

// A clone runs its TypeScript as it is; the published package holds built JavaScript.
const source = new URL('../src/main.ts', import.meta.url);
const built = new URL('../dist/main.js', import.meta.url);
const inClone = existsSync(source);
if (inClone) {
  // Threads that strip types at the same time can crash V8 when it compiles their callbacks (vitest.config.ts).
  (await import('node:v8')).setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');
  const { registerHooks } = await import('node:module');
  const conditions = (context) => [...context.conditions, 'kinpass-source'];
  registerHooks({
    resolve: (name, context, next) => next(name, { ...context, conditions: conditions(context) }),
  });
}
const { main } = await import(inClone ? source.href : built.href);
await main(process.argv.slice(2));
