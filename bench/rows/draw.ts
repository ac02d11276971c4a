import { randomInt } from 'node:crypto';
import { type Viewer, viewerAt } from '../accounts/viewer.ts';
import type { Target } from './row.ts';

/** Any of the viewers, each as likely as the others. */
export const anyViewer =
  ({ accounts }: Target): (() => Viewer) =>
  () =>
    viewerAt(randomInt(accounts));

/** One viewer after another, so that nobody comes twice before everybody has come. */
export const nextViewer = ({ accounts }: Target): (() => Viewer) => {
  let index = randomInt(accounts);
  return () => {
    index = (index + 1) % accounts;
    return viewerAt(index);
  };
};

/** Takes turns among a few that were prepared. */
export const inTurn = <T>(prepared: readonly T[]): (() => T) => {
  let index = 0;
  return () => {
    const next = prepared[index++ % prepared.length];
    if (next === undefined) throw new Error('nothing was prepared');
    return next;
  };
};

/** An address that hardly anybody has had before: limits count by address. */
export const anyAddress = (): string => `100.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(256)}`;
