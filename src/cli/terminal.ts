import { styleText } from 'node:util';

/** The styles in use; omitted when stdout is not a terminal or NO_COLOR is set. */
export type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'yellow' | 'red' | 'underline';

export const styled = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout });

export const print = (text = ''): void => console.log(text);

export const printError = (text: string): void => console.error(text);
