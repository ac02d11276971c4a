import { type Style, styled } from '#src/cli/terminal';

/** Tells the story to a person: chapters, steps, and what the wire said about them. */
export interface Narrator {
  chapter(title: string): void;
  /** What somebody did. */
  step(text: string): void;
  /** What it caused: a label and its text, one line. */
  fact(label: string, text: string): void;
  /** Lines as they are. */
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
