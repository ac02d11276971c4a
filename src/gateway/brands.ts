import type { Brands } from '#src/authorization-server/deps';
import { overlayBrand } from '#src/config/brand';
import { palettesOf } from '#src/config/palette';
import type { Config } from '#src/config/schema';
import type { BrandConfig } from '#src/config/schema/brand';
import { type Asset, createAsset } from '#src/web/asset';
import type { Brand } from '#src/web/brand';
import { favicon } from '#src/web/favicon';
import { stylesheet } from '#src/web/stylesheet';

/** The brands of all apps and families, with the files that their pages need. */
export const composeBrands = async ({
  families,
  apps,
}: Pick<Config, 'families' | 'apps'>): Promise<Brands> => {
  const assets = new Map<string, Asset>();
  const publish = (asset: Asset): string => {
    assets.set(asset.path, asset);
    return asset.path;
  };
  const compose = ({ name, colors = {}, links = {} }: BrandConfig, fallbackName?: string): Brand => {
    const palettes = palettesOf(colors);
    const style = createAsset('style', { type: 'text/css; charset=utf-8', body: stylesheet(palettes) });
    const icon = createAsset('icon', { type: 'image/svg+xml', body: favicon(palettes.light) });
    return {
      name: name ?? fallbackName,
      favicon: publish(icon),
      stylesheets: [publish(style)],
      links,
    };
  };

  const neutral = compose({});
  const brandOf = new Map(families.map(({ id, brand }) => [id, brand]));
  const ofFamily = new Map(
    families.map(({ id, brand }) => {
      const [first, ...others] = apps.filter(({ family }) => family === id);
      return [id, compose(brand ?? {}, others.length === 0 ? first?.name : undefined)];
    }),
  );
  const ofApp = new Map(
    apps.map(({ id, name, family, brand }) => [id, compose(overlayBrand(brandOf.get(family), brand), name)]),
  );
  const [only, ...others] = ofFamily.values();
  const fallback = only && others.length === 0 ? only : neutral;
  return {
    neutral: fallback,
    ofApp: (id) => ofApp.get(id) ?? fallback,
    ofFamily: (id) => ofFamily.get(id) ?? fallback,
    asset: (path) => assets.get(path),
  };
};
