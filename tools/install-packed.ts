/**
 * Packs packages of this repository and installs them in an empty folder, with the dependencies that the lock file
 * gives them and nothing else. It needs no registry: third-party packages are copied from the clone.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Path of each package in the repository. */
const packages = { kinpass: '', '@kinpass/simulator': 'packages/simulator' } as const;

export type PackageName = keyof typeof packages;

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const locked = (readJson(join(root, 'package-lock.json')) as { packages: Record<string, Locked> }).packages;

/** Where a package finds another: beside its own files, or in a folder further up. */
const resolve = (name: string, from: string): string | undefined => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const path = join(folder, 'node_modules', name);
    if (path in locked) return path;
    if (folder === '') return undefined;
  }
};

const requiredBy = ({ dependencies, peerDependencies, peerDependenciesMeta }: Locked): string[] => [
  ...Object.keys(dependencies ?? {}),
  ...Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional),
];

/** Paths in the lock file of everything that a production install of the package brings along. */
export const productionTree = (name: PackageName): string[] => {
  const found = new Set<string>();
  const add = (from: string): void => {
    for (const dependency of requiredBy(locked[from] ?? {})) {
      const path = resolve(dependency, from);
      if (path === undefined) throw new Error(`the lock file has no ${dependency} for ${from || name}`);
      if (found.has(path)) continue;
      found.add(path);
      add(path);
    }
  };
  add(packages[name]);
  return [...found].sort();
};

/** A tarball as `npm pack` makes it. It is staged, so that tests running side by side share no dist. */
const pack = (name: PackageName, folder: string): string => {
  const source = join(root, packages[name]);
  const stage = join(folder, 'stage', name);
  const { files } = readJson(join(source, 'package.json')) as { files: string[] };
  mkdirSync(stage, { recursive: true });
  for (const file of ['package.json', 'README.md', 'LICENSE', ...files]) {
    if (file !== 'dist') cpSync(join(source, file), join(stage, file), { recursive: true });
  }
  const built = runCompiler(['-p', join(source, 'tsconfig.build.json'), '--outDir', join(stage, 'dist')]);
  if (built.status !== 0) throw new Error(built.stdout);
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  return join(folder, execFileSync('npm', packing, { cwd: stage, encoding: 'utf8' }).trim());
};

const copyTree = (paths: readonly string[], folder: string): void => {
  const { '@kinpass/simulator': workspace } = packages;
  for (const path of paths) {
    const target = path.startsWith(workspace)
      ? path.replace(workspace, 'node_modules/@kinpass/simulator')
      : path;
    const filter = (file: string) => file === join(root, path) || basename(file) !== 'node_modules';
    cpSync(join(root, path), join(folder, target), { recursive: true, filter });
  }
};

/** What a TypeScript project needs beside the packages: the types of Node. */
const compileTime = ['node_modules/@types/node', 'node_modules/undici-types'];

export interface Project {
  readonly folder: string;
  /** A file of the project. */
  path(...parts: readonly string[]): string;
  /** Compiles sources of the project (nodenext, strict); the errors as `file(line): message`. */
  typeErrors(...files: readonly string[]): string[];
}

/** Packs these packages; `install` then makes projects that have some of them. Slow: half a dozen seconds each. */
export const packPackages = (...names: readonly PackageName[]) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kinpass-packed-')));
  const tarballs = new Map(names.map((name) => [name, pack(name, folder)]));
  let projects = 0;

  const install = (...wanted: readonly PackageName[]): Project => {
    projects += 1;
    const project = join(folder, `project-${projects}`);
    for (const name of wanted) {
      const installed = join(project, 'node_modules', name);
      mkdirSync(installed, { recursive: true });
      execFileSync('tar', ['-xzf', tarballs.get(name) ?? '', '-C', installed, '--strip-components=1']);
    }
    copyTree([...new Set([...wanted.flatMap(productionTree), ...compileTime])], project);
    return {
      folder: project,
      path: (...parts) => join(project, ...parts),
      typeErrors: (...files) => typeErrors(project, files),
    };
  };
  return { install, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

const runCompiler = (args: readonly string[], cwd = root): { status: number | null; stdout: string } => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [compiler, ...args], { cwd, encoding: 'utf8' });
};

const typeErrors = (project: string, files: readonly string[]): string[] => {
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  return runCompiler(['-p', project, '--pretty', 'false'], project)
    .stdout.split('\n')
    .flatMap((line) => {
      const [, file, at, message] = /^(\S+)\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
      return file ? [`${file}(${at}): ${message}`] : [];
    });
};
