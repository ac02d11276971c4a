const words = (...lines: readonly string[]): string[] => lines.join(' ').split(' ');

/** Each module of src/web/pages, with the stops of the walk (every-page.ts) at which it is shown. */
export const stopsOf: Readonly<Record<string, readonly string[]>> = {
  'approve-device': ['approve-device'],
  'choose-app': ['choose-app'],
  'choose-provider': ['choose-provider'],
  'choose-tv-provider': ['choose-tv-provider'],
  'continue-as': ['continue-as'],
  'continue-to-provider': ['continue-to-provider'],
  'device-code': ['code', 'code-refused', 'code-linked'],
  'error-code': ['error-description'],
  'finish-tv-provider': ['finish-tv-provider'],
  guide: ['guide'],
  home: ['home'],
  notice: words(
    'not-found api-by-hand request-refused expired foreign-form attempts',
    'denied device-signed-in already-signed-in signed-out',
    'tv-provider-down tv-provider-later second-screen-waiting',
    'refused unfinished unavailable misconfigured',
  ),
  'sign-in-first': ['sign-in-first'],
  'sign-out': ['sign-out'],
};
