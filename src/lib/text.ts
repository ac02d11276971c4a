/**
 * Neither control, format, surrogate, private-use and unassigned characters nor line and paragraph separators, nor letters
 * and marks that are shown as nothing.
 */
const visible = /^(?=.*\S)[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+$/u;
const singleLine = /^\P{Cc}+$/u;

/**
 * Whether text from outside may serve as an identifier or a note: one line that is neither empty nor blank and holds
 * no invisible characters, so that two values that look alike are alike and nothing breaks a header or log line.
 * Callers bound the length.
 */
export const isPlainText = (text: string): boolean => visible.test(text);

/**
 * The weaker rule for subjects that are already stored: versions before `isPlainText` accepted more, and a subject
 * never changes. Nothing in it breaks a header line. For text that enters, use `isPlainText`.
 */
export const isSingleLine = (text: string): boolean => singleLine.test(text);

/** Text for a terminal, on one line: nothing in it moves the cursor or hides what is around it. */
export const replaceInvisible = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�');
