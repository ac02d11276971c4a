#!/usr/bin/env node
// Plain JavaScript, so that an older Node can read it and report what is missing.
import { existsSync } from 'node:fs';

const required = 24;
const [major] = process.versions.node.split('.').map(Number);
if (major < required) {
  console.error(`kinpass-simulator requires Node.js ${required} or later; this is ${process.version}.`);
  process.exit(1);
}

// A clone runs its TypeScript sources; the published package contains only what is built from them.
const source = new URL('../src/main.ts', import.meta.url);
const isClone = existsSync(source);
if (isClone) {
  const { registerHooks } = await import('node:module');
  const conditions = (context) => [...context.conditions, 'kinpass-source'];
  registerHooks({
    resolve: (name, context, next) => next(name, { ...context, conditions: conditions(context) }),
  });
}
const { main } = await import(isClone ? source.href : new URL('../dist/main.js', import.meta.url).href);
await main(process.argv.slice(2));
