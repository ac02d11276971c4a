/** The files that brands name in the settings. */
import { readFile as read, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemErrorCode } from '#src/lib/system-error';
import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../faults/fault.ts';
import { type FileType, fileTypeOf } from './file-type.ts';
import { svgFault } from './svg-fault.ts';

export interface BrandFile {
  /** MIME type, as the content shows it. */
  readonly type: string;
  readonly body: Uint8Array;
}

interface Rule {
  readonly types: readonly FileType[];
  readonly maxKiB: number;
}

interface NamedFile {
  readonly path: Path;
  readonly file: string;
  readonly rule: Rule;
}

const image: Rule = { types: ['svg', 'png', 'webp'], maxKiB: 256 };
const icon: Rule = { types: ['svg', 'png', 'ico'], maxKiB: 64 };
const styles: Rule = { types: ['css'], maxKiB: 128 };

const mimeTypes: Readonly<Record<FileType, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  webp: 'image/webp',
  ico: 'image/x-icon',
  css: 'text/css; charset=utf-8',
};

const names: Readonly<Record<FileType, string>> = {
  svg: 'SVG',
  png: 'PNG',
  webp: 'WebP',
  ico: 'ICO',
  css: 'CSS',
};

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Reads a file; says what is wrong with it otherwise. */
const readFile = async (file: string, { types, maxKiB }: Rule): Promise<BrandFile | string> => {
  try {
    const found = await stat(file);
    // A pipe has no end until somebody writes to it, and a device may have none at all.
    if (!found.isFile()) return 'is not a file';
    if (found.size > maxKiB * 1024) return `must have at most ${maxKiB} KiB`;
    const body = await read(file);
    const type = fileTypeOf(body);
    if (!type || !types.includes(type)) return `must be ${oneOf.format(types.map((each) => names[each]))}`;
    const fault = type === 'svg' ? svgFault(body.toString('utf8')) : undefined;
    return fault ?? { type: mimeTypes[type], body };
  } catch (error) {
    return `cannot be read (${systemErrorCode(error) ?? 'unknown error'})`;
  }
};

type Brand = NonNullable<NonNullable<Draft['apps']>[number]>['brand'];

const ofBrand = (path: Path, brand: Brand): NamedFile[] =>
  [
    { path: ['logo', 'file'], file: brand?.logo?.file, rule: image },
    { path: ['logo', 'dark'], file: brand?.logo?.dark, rule: image },
    { path: ['favicon'], file: brand?.favicon, rule: icon },
    { path: ['stylesheet'], file: brand?.stylesheet, rule: styles },
  ].flatMap(({ path: own, file, rule }) =>
    file === undefined ? [] : [{ path: [...path, 'brand', ...own], file, rule }],
  );

const namedFiles = ({ families = [], apps = [], identityProviders = [] }: Draft): NamedFile[] => [
  ...families.flatMap((family, index) => ofBrand(['families', index], family?.brand)),
  ...apps.flatMap((app, index) => ofBrand(['apps', index], app?.brand)),
  ...identityProviders.flatMap((provider, index) =>
    provider?.logo === undefined
      ? []
      : [{ path: ['identityProviders', index, 'logo'], file: provider.logo, rule: image }],
  ),
];

/**
 * Reads every file that a brand or an identity provider names; `files` has them as the settings name them. Relative paths
 * start at `cwd`.
 */
export const readBrandFiles = async (
  settings: Draft,
  cwd = '.',
): Promise<{ readonly files: ReadonlyMap<string, BrandFile>; readonly findings: readonly Finding[] }> => {
  const files = new Map<string, BrandFile>();
  const findings: Finding[] = [];
  for (const { path, file, rule } of namedFiles(settings)) {
    const found = await readFile(resolve(cwd, file), rule);
    if (typeof found === 'string') findings.push({ path, message: `${file} ${found}` });
    else files.set(file, found);
  }
  return { files, findings };
};
