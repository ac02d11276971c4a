import { fail } from '#src/lib/errors';

/** The token of a command: its operand, or what comes on standard input. Errors: config_invalid. */
export const readToken = async ([operand, ...others]: readonly string[]): Promise<string> => {
  if (others.length > 0) throw fail('config_invalid', { hint: 'Give one token.' });
  if (operand !== undefined && operand !== '-') return operand;
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text) return text;
  throw fail('config_invalid', { hint: 'Give the token as an operand, or on standard input.' });
};
