import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultText } from '#src/config/faults/fault';
import { type Review, reviewConfig } from '#src/config/review';

const cwd = mkdtempSync(join(tmpdir(), 'kinpass-review-'));

/** Everything that is said about a file `kinpass.yaml` with this text. */
export const review = (text: string, env: NodeJS.ProcessEnv = {}): Promise<Review> => {
  writeFileSync(join(cwd, 'kinpass.yaml'), text);
  return reviewConfig({ file: 'kinpass.yaml', env, cwd });
};

/** The faults, one line each. */
export const faultsIn = async (text: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> =>
  (await review(text, env)).faults.map(faultText);
