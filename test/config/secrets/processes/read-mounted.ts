// Reads `a.secret` in the folder given as argument, and prints its text or why not.
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { systemClock } from '#src/lib/clock';

const [, , directory = ''] = process.argv;
const folder = createKeyFolder(directory, systemClock);
const shown = await folder.read('a.secret').catch(({ hint }: { hint?: string }) => `refused: ${hint}`);
console.log(`${(await folder.list()).join()} ${shown}`);
