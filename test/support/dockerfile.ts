import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

export interface Stage {
  readonly name: string;
  readonly from: string;
  /** Instructions in capital letters, each with its arguments as one line. */
  readonly instructions: readonly (readonly [name: string, args: string])[];
}

const instructionsIn = (text: string) =>
  text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [line.split(' ', 1).join(), line.slice(line.indexOf(' ') + 1)] as const);

/** The stages of the Dockerfile, with its global arguments put in. */
export const readStages = (): Stage[] => {
  const all = instructionsIn(readFileSync(new URL('Dockerfile', root), 'utf8'));
  const globals = new Map(
    all.filter(([name]) => name === 'ARG').map(([, args]) => args.split('=', 2) as [string, string]),
  );
  const stages: (Stage & { instructions: (readonly [string, string])[] })[] = [];
  for (const [name, args] of all) {
    const [, from = '', stage = ''] = /^(?:--platform=\S+ )?(\S+) AS (\S+)$/.exec(args) ?? [];
    if (name === 'FROM')
      stages.push({
        name: stage,
        from: from.replaceAll(/\$\{(\w+)\}/g, (_, key: string) => globals.get(key) ?? ''),
        instructions: [],
      });
    else stages.at(-1)?.instructions.push([name, args]);
  }
  return stages;
};

/** The instructions that an image is made of, those of its base first. */
export const instructionsOf = (target: string, stages = readStages()): (readonly [string, string])[] => {
  const stage = stages.find(({ name }) => name === target);
  return stage ? [...instructionsOf(stage.from, stages), ...stage.instructions] : [];
};

/** The last arguments of an instruction in an image. */
export const lastOf = (instruction: string, target = 'gateway'): string | undefined =>
  instructionsOf(target).findLast(([name]) => name === instruction)?.[1];

/** What runs, in exec form, so that signals reach it. Throws for a shell form. */
export const execForm = (args = ''): string[] => JSON.parse(args.slice(args.indexOf('['))) as string[];
