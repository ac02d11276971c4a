export { type Browser, type BrowserOptions, type Cookie, createBrowser } from '#src/browser/browser';
export type { Submission } from '#src/browser/form';
export type { Page } from '#src/browser/page';
