import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';

/**
 * From the ground up: a folder imports from lower floors only. `main.ts`, `kinpass.ts` and `gateway.ts` count as folders. Type
 * imports of the ports of stores/ are allowed on its own floor.
 */
const floors: readonly (readonly string[])[] = [
  ['lib'],
  ['config', 'observability', 'soft-state', 'web'],
  ['rest-v2', 'resources'],
  [
    'stores',
    'identity',
    'signing-keys',
    'service-token',
    'external-token',
    'media-token',
    'user-metadata',
    'business-rules',
    'adobe-pass',
  ],
  ['families', 'known-answers'],
  ['flows'],
  ['authorization-server', 'http', 'checks'],
  ['gateway'],
  ['cli'],
  ['main', 'kinpass'],
];

const floorOf = (folder: string): number => floors.findIndex((folders) => folders.includes(folder));

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Import {
  readonly specifier: string;
  /** Path under src, without extension; undefined for a package. */
  readonly target: string | undefined;
  readonly typeOnly: boolean;
  /** Of values, as their module calls them; `*` for all of them. */
  readonly names: readonly string[];
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

const readSource = (path: string) => {
  const text = readFileSync(join(root, path), 'utf8');
  const ast = parseAst(text, { lang: 'ts' }) as unknown as Node;
  const nodes: Node[] = [];
  walk(ast, (node) => nodes.push(node));
  const name = path.replace(/^src\//, '').replace(/\.ts$/, '');
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  return {
    path,
    name,
    folder: name.split('/')[0] ?? name,
    text,
    nodes,
    lineOf,
    imports: importsOf(name, nodes),
  };
};

const importsOf = (name: string, nodes: readonly Node[]): Import[] =>
  nodes.flatMap((node): Import[] => {
    const source = node['source'];
    if (!/^(Import|Export)(All|Named)?(Declaration|Expression)$/.test(node.type) || !isNode(source))
      return [];
    const specifier = String(source['value']);
    const target = specifier.startsWith('#src/')
      ? specifier.slice('#src/'.length)
      : specifier.startsWith('.')
        ? posix.join(dirname(name), specifier).replace(/\.ts$/, '')
        : undefined;
    const typeOnly = node['importKind'] === 'type' || node['exportKind'] === 'type';
    return [{ specifier, target, typeOnly, names: typeOnly ? [] : namesIn(node['specifiers']) }];
  });

/** An import without names, or of a namespace, has all of them. */
const namesIn = (specifiers: unknown): string[] => {
  const nodes = Array.isArray(specifiers) ? specifiers.filter(isNode) : [];
  if (nodes.length === 0) return ['*'];
  return nodes
    .filter((node) => node['importKind'] !== 'type' && node['exportKind'] !== 'type')
    .map((node) => nameOf(node.type === 'ExportSpecifier' ? node['local'] : node['imported']) ?? '*');
};

/** Of an identifier, or the last one of `a.b.c`. */
const nameOf = (node: unknown): string | undefined => {
  if (!isNode(node)) return undefined;
  return node.type === 'MemberExpression' ? nameOf(node['property']) : (node['name'] as string | undefined);
};

const list = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .sort();

const sources = list('src').map(readSource);
const tests = list('test').map(readSource);

const folderOf = (target: string): string => target.split('/')[0] ?? target;

/** `file:line` of every place where a pattern of the tree is met. */
const places = (files: typeof sources, met: (node: Node) => boolean): string[] =>
  files.flatMap(({ path, nodes, lineOf }) =>
    nodes.filter(met).map((node) => `${path}:${lineOf(node.start)}`),
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

describe('floors', () => {
  test('every folder has one', () => {
    expect(sources.filter(({ folder }) => floorOf(folder) === -1).map(({ path }) => path)).toEqual([]);
  });

  test('imports go down, never sideways', () => {
    const wrong = sources.flatMap(({ path, folder, imports }) =>
      imports
        .filter(({ target }) => target !== undefined && folderOf(target) !== folder)
        .filter(({ target = '', typeOnly }) => !mayImport(folder, target, typeOnly))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  const mayImport = (folder: string, target: string, typeOnly: boolean): boolean => {
    const [own, other] = [floorOf(folder), floorOf(folderOf(target))];
    return other < own || (other === own && /^stores\/(expiring-)?ports$/.test(target) && typeOnly);
  };

  test('routes reach Adobe, stores and keys through flows', () => {
    const wrong = sources
      .filter(({ folder }) => folder === 'http')
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) =>
            /^(adobe-pass|stores|signing-keys|service-token|external-token|identity)\//.test(target ?? ''),
          )
          .filter(({ typeOnly }) => !typeOnly)
          .map(({ specifier }) => `${path} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  test('within a folder imports are relative, across folders they start with #src', () => {
    const wrong = sources.flatMap(({ path, folder, imports }) =>
      imports
        .filter(({ target }) => target !== undefined)
        .filter(
          ({ specifier, target = '' }) => specifier.startsWith('#src/') === (folderOf(target) === folder),
        )
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  test('there are no cycles, type imports included', () => {
    const graph = new Map(
      sources.map(({ name, imports }) => [name, imports.flatMap(({ target }) => (target ? [target] : []))]),
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

describe('walls', () => {
  test('time and randomness come from lib', () => {
    const met = places(
      sources.filter(({ folder }) => folder !== 'lib'),
      (node) =>
        isMember(node, 'Date', 'now') ||
        isMember(node, 'Math', 'random') ||
        isMember(node, 'performance', 'now') ||
        (node.type === 'NewExpression' &&
          isNode(node['callee']) &&
          node['callee']['name'] === 'Date' &&
          (node['arguments'] as unknown[]).length === 0) ||
        (node.type === 'ImportSpecifier' &&
          isNode(node['imported']) &&
          /^random(Bytes|UUID|Int|FillSync)$/.test(String(node['imported']['name']))),
    );
    expect(met).toEqual([]);
  });

  test('the environment and the console belong to the command line', () => {
    const met = places(
      sources.filter(({ folder }) => folder !== 'cli' && folder !== 'main'),
      (node) =>
        isMember(node, 'process', 'env') || isMember(node, 'process', 'exit') || isMember(node, 'console'),
    );
    expect(met).toEqual([]);
  });

  test("Koa stops at the folders that speak HTTP; a flow never sees a 'ctx'", () => {
    const speaks = new Set(['http', 'authorization-server', 'gateway']);
    const met = sources
      .filter(({ folder }) => !speaks.has(folder))
      .filter(({ imports, nodes }) => {
        const koa = imports.some(({ specifier }) => /^(koa|@koa\/router|oidc-provider)$/.test(specifier));
        return koa || nodes.some((node) => node.type === 'Identifier' && node['name'] === 'ctx');
      });
    expect(met.map(({ path }) => path)).toEqual([]);
  });

  test('nothing turns the type checker off', () => {
    const any = places(
      [...sources, ...tests],
      (node) => node.type === 'TSAnyKeyword' || node.type === 'TSNonNullExpression',
    );
    const marks = [...sources, ...tests].filter(
      ({ path, text }) =>
        path !== 'test/architecture.test.ts' && /@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(text),
    );
    expect([...any, ...marks.map(({ path }) => path)]).toEqual([]);
  });

  test('names are exported by name, and classes are errors or adapters that a library asks for', () => {
    expect(places(sources, (node) => node.type === 'ExportDefaultDeclaration')).toEqual([]);
    const classes = sources
      .filter(({ folder }) => folder !== 'authorization-server')
      .flatMap(({ path, nodes }) =>
        nodes
          .filter((node) => node.type === 'ClassDeclaration')
          .filter(({ superClass }) => !isNode(superClass) || !/Error$/.test(String(superClass['name'])))
          .map(() => path),
      );
    expect(classes).toEqual([]);
  });
});

describe('what operators do is recorded', () => {
  /** What changes keys and subjects, by the module that exports it. */
  const functions: Readonly<Record<string, readonly string[]>> = {
    'signing-keys/admin/add-key': ['generateKey', 'importKey', 'importKmsKey'],
    'signing-keys/admin/take-step': ['takeStep'],
    'signing-keys/admin/destroy-key': ['destroyKey'],
    'signing-keys/admin/key-export': ['createKeyExport'],
    'config/secrets/move-keys': ['copyKeys', 'removeMovedKeys'],
    'families/subjects': ['settleSubjects'],
    'families/import/import-lines': ['createImportLines'],
    'config/secrets/subject-secrets': ['makeSubjectSecret'],
  };
  /** What changes keys, subjects and revocations, by the object that has it. */
  const methods: Readonly<Record<string, RegExp>> = {
    revocations: /^(revoke|lift|add|remove)$/,
    subjects: /^append$/,
    ledger: /^change$/,
    sealedKeys: /^reseal$/,
  };

  const importsActing = ({ target = '', names }: Import): boolean =>
    names.some((name) => functions[target]?.includes(name) || (name === '*' && target in functions));
  const callsActing = ({ type, callee }: Node): boolean => {
    if (type !== 'CallExpression' || !isNode(callee)) return false;
    return methods[nameOf(callee['object']) ?? '']?.test(nameOf(callee['property']) ?? '') ?? false;
  };
  /** Below the flows nobody knows who acts: there it is done as it was asked for. */
  const below = sources.filter(({ folder }) => floorOf(folder) < floorOf('flows'));
  const acting = sources
    .filter((source) => !below.includes(source))
    .filter(({ imports, nodes }) => imports.some(importsActing) || nodes.some(callsActing));

  test('keys, subjects and revocations are changed in these places', () => {
    expect(acting.map(({ name }) => name)).toEqual([
      'cli/commands/import',
      'cli/commands/keys/acknowledge',
      'cli/commands/keys/destroy',
      'cli/commands/keys/export',
      'cli/commands/keys/generate',
      'cli/commands/keys/import',
      'cli/commands/keys/move',
      'cli/commands/keys/reseal',
      'cli/commands/subjects/confirm',
      'cli/commands/subjects/new-secret',
      'cli/keys/change-state',
      'flows/revoke',
    ]);
  });

  test('each of them, and what opens the keys for them, has the audit trail', () => {
    const opener = sources.filter(({ name }) => name === 'cli/keys/change');
    const trails = /^((flows|cli)\/audit-trail|cli\/keys\/change)$/;
    const without = [...acting, ...opener].filter(
      ({ imports }) => !imports.some(({ target = '' }) => trails.test(target)),
    );
    expect([opener.length, without.map(({ path }) => path)]).toEqual([1, []]);
  });

  test('what they call is done in these places, under these names', () => {
    expect(below.filter(({ nodes }) => nodes.some(callsActing)).map(({ name }) => name)).toEqual([
      'families/subjects',
      'signing-keys/admin/add-key',
      'signing-keys/admin/take-step',
      // Those of a gateway that starts, which is recorded as such.
      'signing-keys/first-key',
    ]);
    const exported = Object.entries(functions).flatMap(([module, names]) => {
      const text = sources.find(({ name }) => name === module)?.text ?? '';
      return names.filter((name) => !text.includes(`export const ${name} =`));
    });
    expect(exported).toEqual([]);
  });
});

describe('measure', () => {
  const length = ({ text }: { text: string }) => text.trimEnd().split('\n').length;

  test('no file is longer than 400 lines, half of them than 100', () => {
    const long = [...sources, ...tests].filter((file) => length(file) > 400);
    expect(long.map((file) => `${file.path}: ${length(file)} lines`)).toEqual([]);
    const lengths = sources.map(length).sort((a, b) => a - b);
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

  test('a folder opens with its charter, of at most six lines', () => {
    const folders = [
      ...new Set(sources.filter(({ name }) => name.includes('/')).map(({ folder }) => folder)),
    ];
    const missing = folders.filter(
      (folder) =>
        !sources.some(({ folder: own, text }) => {
          const comment = /^(?:import[^\n]*\n|\s)*\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
          const lines = comment.split('\n').filter((line) => line.replace(/[\s*]/g, '') !== '');
          return own === folder && /\b(refuses?|must not)\b/.test(comment) && lines.length <= 6;
        }),
    );
    expect(missing.filter((folder) => folder !== 'lib')).toEqual([]);
  });

  test('no folder collects what has no home', () => {
    const homeless = [...sources, ...tests].filter(({ path }) =>
      /(^|\/)(helpers?|utils?|common|misc|index)(\/|\.ts$)/.test(path),
    );
    expect(homeless.map(({ path }) => relative('.', path))).toEqual([]);
  });
});
