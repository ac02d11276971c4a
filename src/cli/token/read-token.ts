import { fail } from '#src/lib/errors';

/** The token that a command was given: its operand, or standard input. Errors: arguments_invalid. */
export const readToken = async (operand: string | undefined): Promise<string> => {
  if (operand !== undefined && operand !== '-') return operand;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text) return text;
  throw fail('arguments_invalid', { hint: 'Give the token as an argument or on standard input.' });
};
