import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const find = (): string | undefined => {
  const { CHROMIUM, PATH = '' } = process.env;
  const folders = PATH.split(delimiter);
  return [
    ...(CHROMIUM ? [CHROMIUM] : []),
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ].find(isExecutable);
};

/** The machine's Chromium; browser tests are skipped where there is none. */
export const chromiumPath = find();

if (!chromiumPath)
  console.warn('No Chromium on the PATH and no CHROMIUM: tests in a real browser are skipped.');

/** A fresh browser that asks nobody outside this machine. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
