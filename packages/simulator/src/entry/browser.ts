export { type Browser, createBrowser } from '#src/browser/browser';
export type { Page } from '#src/browser/page';
