import type { AdobePass } from '#src/adobe-pass/adobe-pass';

interface Deps {
  readonly adobe: Pick<AdobePass, 'authenticateUrl'>;
}

export type LocateAuthentication = AdobePass['authenticateUrl'];

/** Where the viewer's own browser goes to log in: Adobe itself. */
export const createLocateAuthentication =
  ({ adobe }: Deps): LocateAuthentication =>
  (target) =>
    adobe.authenticateUrl(target);
