import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { z } from 'zod';

/**
 * From the ground up: a folder imports from lower floors only, types included. A file directly in src counts as a
 * folder. Facts and policies come first, then the parties, then what breaks, runs and controls them.
 */
const floors: readonly (readonly string[])[] = [
  ['lib'],
  ['change-feed', 'duration', 'fixtures', 'site', 'throttle', 'xacml-names', 'xml', 'browser'],
  ['world-file', 'seeded', 'party', 'page', 'service-tokens', 'throttle-gate', 'media-token-verifier'],
  ['default-fixtures', 'post-page', 'recording', 'listen', 'world-clock', 'state-file'],
  ['world-state'],
  ['identity', 'mvpd', 'adobe-pass', 'client'],
  ['faults', 'options', 'parties', 'front-page'],
  ['gate', 'scenarios', 'services'],
  ['control'],
  ['world-page'],
  ['observer'],
  ['simulator'],
  ['cli'],
  ['story'],
  ['main', 'entry'],
];

const floorOf = (folder: string): number => floors.findIndex((folders) => folders.includes(folder));

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const root = join(import.meta.dirname, '..');

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const walk = (value: unknown, visit: (node: Node) => void): void => {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) walk(child, visit);
  }
};

/** Specifiers of all imports and re-exports, types included. */
const specifiersOf = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) => {
    const source = node['source'];
    return /^(Import|Export)(All|Named)?(Declaration|Expression)$/.test(node.type) && isNode(source)
      ? [String(source['value'])]
      : [];
  });

/** The imported file's path from the package's root, without extension; undefined for another package. */
const targetOf = (path: string, specifier: string): string | undefined => {
  if (specifier.startsWith('#src/')) return specifier.replace(/^#/, '');
  return specifier.startsWith('.') ? posix.join(dirname(path), specifier).replace(/\.ts$/, '') : undefined;
};

const readSource = (path: string) => {
  const text = readFileSync(join(root, path), 'utf8');
  const nodes: Node[] = [];
  walk(parseAst(text, { lang: 'ts' }), (node) => nodes.push(node));
  return {
    path,
    name: path.replace(/\.ts$/, ''),
    folder: folderOf(path),
    text,
    nodes,
    lineOf: (offset: number) => text.slice(0, offset).split('\n').length,
    imports: specifiersOf(nodes).map((specifier) => ({ specifier, target: targetOf(path, specifier) })),
  };
};

/** `src/control/routes` → `control`; `src/gate.ts` → `gate`. */
const folderOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.ts$/, '');

const list = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .map((path) => `${folder}/${path.split(sep).join('/')}`)
        .sort()
    : [];

const sources = list('src').map(readSource);
const others = [...list('test'), ...list('tools')].map(readSource);
const all = [...sources, ...others];

type Source = (typeof sources)[number];

/** `file:line` of every node that meets the condition. */
const places = (files: readonly Source[], condition: (node: Node) => boolean): string[] =>
  files.flatMap(({ path, nodes, lineOf }) =>
    nodes.filter(condition).map((node) => `${path}:${lineOf(node.start)}`),
  );

/** `file imports specifier` of every import that meets the condition. */
const importsWhere = (
  files: readonly Source[],
  condition: (file: Source, specifier: string, target: string | undefined) => boolean,
): string[] =>
  files.flatMap((file) =>
    file.imports
      .filter(({ specifier, target }) => condition(file, specifier, target))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );

const isMember = (node: Node, object: string, property?: string): boolean => {
  const [left, right] = [node['object'], node['property']];
  return (
    node.type === 'MemberExpression' &&
    isNode(left) &&
    left['name'] === object &&
    isNode(right) &&
    (property === undefined || right['name'] === property)
  );
};

describe('the package stands alone', () => {
  test('no import leaves it', () => {
    // package.test.ts packs and installs the package, which takes the workspace.
    const files = all.filter(({ path }) => path !== 'test/package.test.ts');
    const outside = importsWhere(files, (_, specifier, target) =>
      target === undefined ? /^@?kinpass(\/|$)/.test(specifier) : target.startsWith('..'),
    );
    expect(outside).toEqual([]);
  });

  test('what src imports is a dependency of the package', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    const packageOf = (specifier: string) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
    const undeclared = importsWhere(
      sources,
      (_, specifier, target) =>
        target === undefined && !specifier.startsWith('node:') && !(packageOf(specifier) in dependencies),
    );
    expect(undeclared).toEqual([]);
  });
});

describe('floors', () => {
  test('every folder has one', () => {
    expect(sources.filter(({ folder }) => floorOf(folder) === -1).map(({ path }) => path)).toEqual([]);
  });

  test('imports go down, types included', () => {
    const wrong = importsWhere(
      sources,
      ({ folder }, _, target) =>
        target !== undefined && folderOf(target) !== folder && floorOf(folderOf(target)) >= floorOf(folder),
    );
    expect(wrong).toEqual([]);
  });

  test('within a folder imports are relative, across folders they start with #src', () => {
    const wrong = importsWhere(
      sources,
      ({ folder }, specifier, target) =>
        target !== undefined && specifier.startsWith('#src/') === (folderOf(target) === folder),
    );
    expect(wrong).toEqual([]);
  });

  test('there are no cycles, of values or of types', () => {
    const graph = new Map(
      all.map(({ name, imports }) => [name, imports.flatMap(({ target }) => (target ? [target] : []))]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (name: string, trail: readonly string[]): void => {
      if (trail.includes(name)) cycles.push([...trail.slice(trail.indexOf(name)), name].join(' → '));
      if (trail.includes(name) || done.has(name)) return;
      for (const next of graph.get(name) ?? []) visit(next, [...trail, name]);
      done.add(name);
    };
    for (const name of graph.keys()) visit(name, []);
    expect(cycles).toEqual([]);
  });
});

describe('rules', () => {
  test('time and randomness come from lib', () => {
    const direct = places(
      sources.filter(({ folder }) => folder !== 'lib'),
      (node) =>
        isMember(node, 'Date', 'now') ||
        isMember(node, 'Math', 'random') ||
        isMember(node, 'performance', 'now') ||
        (node.type === 'NewExpression' &&
          isNode(node['callee']) &&
          node['callee']['name'] === 'Date' &&
          Array.isArray(node['arguments']) &&
          node['arguments'].length === 0) ||
        (node.type === 'ImportSpecifier' &&
          isNode(node['imported']) &&
          /^random(Bytes|UUID|Int|FillSync)$/.test(String(node['imported']['name']))),
    );
    expect(direct).toEqual([]);
  });

  test('the environment and the console belong to the command line', () => {
    const found = places(
      sources.filter(({ folder }) => !['cli', 'main'].includes(folder)),
      (node) =>
        isMember(node, 'process', 'env') || isMember(node, 'process', 'exit') || isMember(node, 'console'),
    );
    expect(found).toEqual([]);
  });

  test('constant-time comparison and error codes of the system are read in lib', () => {
    const found = sources
      .filter(({ folder, text }) => folder !== 'lib' && /timingSafeEqual|'code' in /.test(text))
      .map(({ path }) => path);
    expect(found).toEqual([]);
  });

  test('nothing turns the type checker off', () => {
    const found = places(all, (node) => node.type === 'TSAnyKeyword' || node.type === 'TSNonNullExpression');
    const marks = all.filter(
      ({ path, text }) =>
        path !== 'test/architecture.test.ts' && /@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(text),
    );
    expect([...found, ...marks.map(({ path }) => path)]).toEqual([]);
  });

  test('properties are written out, not spread from a literal', () => {
    const glued = places(all, (node) => {
      const argument = node['argument'];
      return node.type === 'SpreadElement' && isNode(argument) && argument.type === 'ObjectExpression';
    });
    expect(glued).toEqual([]);
  });

  test('names are exported by name, and classes are errors', () => {
    expect(places(sources, (node) => node.type === 'ExportDefaultDeclaration')).toEqual([]);
    const classes = places(sources, (node) => {
      const parent = node['superClass'];
      return node.type === 'ClassDeclaration' && !(isNode(parent) && /Error$/.test(String(parent['name'])));
    });
    expect(classes).toEqual([]);
  });
});

describe('size', () => {
  const lengthOf = ({ text }: Source) => text.trimEnd().split('\n').length;

  test('no file is longer than 400 lines; half of src has at most 100', () => {
    const long = all.filter((file) => lengthOf(file) > 400);
    expect(long.map((file) => `${file.path}: ${lengthOf(file)} lines`)).toEqual([]);
    const lengths = sources.map(lengthOf).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(100);
  });

  test('no function is longer than 80 lines', () => {
    const long = sources.flatMap(({ path, nodes, lineOf }) =>
      nodes
        .filter(({ type }) => /^(ArrowFunctionExpression|FunctionDeclaration|FunctionExpression)$/.test(type))
        .map((node) => ({ at: lineOf(node.start), lines: lineOf(node.end) - lineOf(node.start) + 1 }))
        .filter(({ lines }) => lines > 80)
        .map(({ at, lines }) => `${path}:${at}: ${lines} lines`),
    );
    expect(long).toEqual([]);
  });
});

describe('folders', () => {
  test('each opens with a charter of at most six lines: what it owns, what it must not know or do', () => {
    const folders = new Set(
      sources.filter(({ path }) => path.split('/').length > 2).map(({ folder }) => folder),
    );
    const isCharter = ({ text }: Source): boolean => {
      const comment = /^(?:import[^\n]*\n|\s)*\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
      const lines = comment.split('\n').filter((line) => line.replace(/[\s*]/g, '') !== '');
      return /\bmust\s+(?:\*\s+)?not\b/.test(comment) && lines.length <= 6;
    };
    const missing = [...folders].filter(
      (folder) => !sources.some((file) => file.folder === folder && isCharter(file)),
    );
    expect(missing.filter((folder) => folder !== 'lib')).toEqual([]);
  });

  test('none collects what has no home', () => {
    const homeless = all.filter(({ path }) =>
      /(^|\/)(helpers?|utils?|common|misc|index)(\/|\.ts$)/.test(path),
    );
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });
});
