/** What makes no difference to whoever reads an id: case, width, white space around and within, what is not seen. */
export const fold = (text: string): string =>
  text
    .replace(/[\p{Z}\s]/gu, ' ')
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}]/gu, '')
    .normalize('NFKC')
    .replace(/ +/g, ' ')
    .trim()
    .toUpperCase()
    .toLowerCase();
