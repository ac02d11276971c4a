import type { Brands } from '#src/authorization-server/deps';
import { type BrandFile, readBrandFiles } from '#src/config/brand/brand-files';
import { overlayBrand } from '#src/config/brand/overlay';
import { faultLines } from '#src/config/faults/fault';
import type { Config } from '#src/config/schema';
import type { BrandConfig } from '#src/config/schema/brand';
import { fail } from '#src/lib/errors';
import { palettesOf } from '#src/lib/palette';
import { type Asset, createAsset } from '#src/web/asset';
import type { Brand } from '#src/web/brand';
import { favicon } from '#src/web/favicon';
import { providerMarks } from '#src/web/provider-marks';
import { stylesheet } from '#src/web/stylesheet';

type Settings = Pick<Config, 'families' | 'apps' | 'identityProviders'>;

interface Shelf {
  readonly assets: Map<string, Asset>;
  /** Puts a file among the assets; returns its path. */
  put(name: string, file: BrandFile | Omit<Asset, 'path'>): string;
  /** A file that the settings name. */
  putFile(name: string, file: string | undefined): string | undefined;
}

/** The brands of all apps and families, with the files that their pages need. Errors: config_invalid. */
export const composeBrands = async (settings: Settings): Promise<Brands> => {
  const { families, apps, identityProviders } = settings;
  const shelf = createShelf(await filesOf(settings));
  const compose = composeBrand(shelf);
  const familyBrand = new Map(families.map(({ id, brand }) => [id, brand]));
  const ofFamily = new Map(
    families.map(({ id, brand }) => {
      const [first, ...others] = apps.filter(({ family }) => family === id);
      return [id, compose(brand, others.length === 0 ? first?.name : undefined)];
    }),
  );
  const ofApp = new Map(
    apps.map(({ id, name, family, brand }) => [
      id,
      compose(overlayBrand(familyBrand.get(family), brand), name),
    ]),
  );
  const marks = new Map(identityProviders.map((provider) => [provider.id, markOf(shelf, provider)]));
  const [only, ...others] = ofFamily.values();
  const neutral = only && others.length === 0 ? only : compose();
  return {
    neutral,
    ofApp: (id) => ofApp.get(id) ?? neutral,
    ofFamily: (id) => ofFamily.get(id) ?? neutral,
    markOf: (provider) => marks.get(provider),
    asset: (path) => shelf.assets.get(path),
  };
};

const filesOf = async (settings: Settings): Promise<ReadonlyMap<string, BrandFile>> => {
  const { files, findings } = await readBrandFiles(settings);
  if (findings.length > 0) throw fail('config_invalid', { hint: faultLines(findings) });
  return files;
};

const createShelf = (files: ReadonlyMap<string, BrandFile>): Shelf => {
  const assets = new Map<string, Asset>();
  const put: Shelf['put'] = (name, file) => {
    const asset = createAsset(name, file);
    assets.set(asset.path, asset);
    return asset.path;
  };
  return {
    assets,
    put,
    putFile: (name, path) => {
      const file = path === undefined ? undefined : files.get(path);
      return file && put(name, file);
    },
  };
};

const composeBrand =
  ({ put, putFile }: Shelf) =>
  (settings: BrandConfig = {}, fallbackName?: string): Brand => {
    const { name = fallbackName, logo, colors = {}, links = {} } = settings;
    const palettes = palettesOf(colors);
    const ours = put('style', { type: 'text/css; charset=utf-8', body: stylesheet(palettes) });
    const theirs = putFile('own-style', settings.stylesheet);
    const src = putFile('logo', logo?.file);
    return {
      name,
      logo:
        src === undefined ? undefined : { src, dark: putFile('logo', logo?.dark), alt: logo?.alt ?? name },
      favicon:
        putFile('icon', settings.favicon) ??
        put('icon', { type: 'image/svg+xml', body: favicon(palettes.light) }),
      stylesheets: theirs === undefined ? [ours] : [ours, theirs],
      links,
    };
  };

const markOf = (shelf: Shelf, { kind, logo }: Settings['identityProviders'][number]): string | undefined => {
  const own = shelf.putFile('mark', logo);
  if (own !== undefined || kind === 'oidc') return own;
  return shelf.put('mark', { type: 'image/svg+xml', body: providerMarks[kind] });
};
