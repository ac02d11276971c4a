import { z } from 'zod';
import { readinessSchema } from '#src/http/routes/readiness';
import { type Style, styled } from './terminal.ts';

type Readiness = z.output<typeof readinessSchema>;
type Provider = Readiness['providers'][string];

const statusSchema = z.object({ status: z.string() });

/** What `/readyz` answered, for people. */
export const healthLines = (origin: string, body: unknown): string[] => {
  const full = readinessSchema.safeParse(body).data;
  if (full) return [headline(origin, full.status), ...sections(full)];
  const { status = 'failing' } = statusSchema.safeParse(body).data ?? {};
  return [headline(origin, status), row('details', 'need a token with the role read (admin.tokens)')];
};

const headline = (origin: string, status: string): string => {
  const [style, word]: [Style, string] = status === 'ok' ? ['green', 'ready'] : ['red', notReady(status)];
  return `${styled(style, word)}  ${origin}`;
};

const notReady = (status: string): string => (/^st(art|opp)ing$/.test(status) ? status : 'not ready');

const row = (name: string, text: string): string => `  ${name.padEnd(12)}${text}`;

/** The name of a section stands in its first line. */
const section = (name: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => row(index === 0 ? name : '', line));

const sections = (readiness: Readiness): string[] => {
  const { checks, providers, keys, settings, waiting, sweep, shared, changeFeed } = readiness;
  return [
    ...section(
      'checks',
      Object.entries(checks).map(([name, state]) => `${name} ${colored(state)}`),
    ),
    ...section('providers', Object.entries(providers).flatMap(providerLines)),
    ...section('keys', keyLines(keys)),
    ...section('settings', settings.refused ? refusalLines(settings.refused) : []),
    ...section('waiting', [
      ...waiting.restart.map((setting) => `${setting}: for the next start`),
      ...waiting.adobe.map((kid) => `key ${kid}: for Adobe's confirmation`),
    ]),
    ...section('sweep', [sweep.lastRun ? `last run ${sweep.lastRun}` : 'not run by this process yet']),
    ...section('shared', sharedLines(shared)),
    ...section('change feed', [
      changeFeed.lagMs === null ? styled('red', 'cannot be read') : `${changeFeed.lagMs} ms behind`,
    ]),
  ];
};

const sharedLines = (shared: Readiness['shared']): string[] => {
  if (shared.state === 'none') return [];
  const { state, since, nodes } = shared;
  return [
    state === 'up'
      ? `up since ${since}: ${nodes} nodes`
      : `${styled('red', state)} since ${since}: ${shared.reason}; each of ${nodes} nodes goes on by itself`,
  ];
};

const colored = (state: string): string => (state === 'failing' ? styled('red', state) : state);

const providerLines = ([id, provider]: [string, Provider]): string[] => {
  if (provider.state !== 'failing') return [`${id} ${provider.state}`];
  const { since, step, error, endpoint, failedSignIns, cure } = provider;
  return [
    `${id} ${colored('failing')} since ${since}: ${step}, ${error}, ${endpoint} (failed sign-ins: ${failedSignIns})`,
    `  ${cure}`,
  ];
};

type Refusal = NonNullable<Readiness['settings']['refused']>;

const refusalLines = ({ file, since, faults }: Refusal): string[] => [
  `${file} ${styled('red', 'refused')} since ${since}; the last valid settings remain in effect:`,
  ...faults.map((fault) => `  ${fault}`),
];

const keyLines = ({ active, steps, problems, warnings }: Readiness['keys']): string[] => [
  active
    ? `${active.kid} signs; ${active.ageDays} of ${active.limitDays} days old`
    : styled('red', 'no key signs'),
  ...steps.map(({ kid, state, next, due }) => `${kid} (${state}): ${next}${due ? `, due ${due}` : ''}`),
  ...problems.map(({ file, message }) => `${styled('red', 'problem')}  ${file} ${message}`),
  ...warnings.map(({ file, message }) => `${styled('yellow', 'warning')}  ${file} ${message}`),
];
