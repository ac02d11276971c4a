import type { AdobePass } from '#src/adobe-pass/adobe-pass';

interface Deps {
  readonly adobe: Pick<AdobePass, 'authenticateUrl'>;
}

/** GET authenticate/{serviceProvider}/{code}: that leg belongs to the viewer's own browser, so it goes to Adobe itself. */
export const createLocateAuthentication =
  ({ adobe }: Deps) =>
  (of: { serviceProvider: string; code: string }): URL =>
    adobe.authenticateUrl(of);
