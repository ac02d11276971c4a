import { type Style, styled } from '#src/cli/terminal';

/** Prints the story: chapters, steps, and what was observed on the wire. */
export interface Narrator {
  chapter(title: string): void;
  /** What somebody does. */
  step(text: string): void;
  /** What was observed: a label and a text, on one line. */
  fact(label: string, text: string): void;
  /** Lines printed as they are. */
  block(text: string): void;
}

type Paint = (style: Style, text: string) => string;

export const createNarrator = (write: (line: string) => void, paint: Paint = styled): Narrator => {
  let chapters = 0;
  return {
    chapter(title) {
      chapters += 1;
      write('');
      write(paint('bold', `${chapters}. ${title}`));
    },
    step: (text) => write(`   ${text}`),
    fact: (label, text) => write(`     ${paint('cyan', label.padEnd(10))}${paint('dim', text)}`),
    block: (text) => write(text.replace(/^/gm, '     ')),
  };
};
