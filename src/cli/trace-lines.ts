import { z } from 'zod';
import { traceShape } from '#src/flows/trace';
import { catalogue } from '#src/lib/errors';

/** As the admin listener answers; a later version may know more stages. */
export const traceReport = traceShape.extend({ id: z.string(), at: z.string(), stage: z.string() });

type TraceReport = z.infer<typeof traceReport>;

const places: Readonly<Record<string, string>> = {
  arrival: 'on arrival: no path of the gateway took it',
  request: 'before the caller was known: the request itself, or its token',
  'sign-in': 'at a page or endpoint of the sign-in',
  gateway: 'in the gateway: Adobe was not asked',
  adobe: 'after Adobe was asked',
};

/** What is kept of a request, for people. */
export const traceLines = (trace: TraceReport): string[] => {
  const { id, at, operation, method, stage, status, ms, adobeTrace, attempts } = trace;
  return [
    `Request ${id}, answered ${at}`,
    row('asked', `${operation} (${method})`),
    ...askedOf(trace).map(([name, value]) => row(name, value)),
    row('ended', places[stage] ?? stage),
    row('status', status === 499 ? '499: the client left' : String(status)),
    ...reasonsOf(trace).map(([name, value]) => row(name, value)),
    row('took', `${ms} ms`),
    ...attempts.map(({ operation, status, attempt, ms }) =>
      row(attempt === 1 ? 'Adobe' : `attempt ${attempt}`, `${operation}: ${status}, after ${ms} ms`),
    ),
    ...(adobeTrace === undefined ? [] : [row("Adobe's id", adobeTrace)]),
  ];
};

const row = (name: string, value: string): string => `  ${name.padEnd(17)} ${value}`;

type Row = readonly [name: string, value: string];

const askedOf = ({ app, serviceProvider, mvpd, resources }: TraceReport): readonly Row[] => [
  ...(app === undefined ? [] : [['app', app] as const]),
  ...(serviceProvider === undefined ? [] : [['service provider', serviceProvider] as const]),
  ...(mvpd === undefined ? [] : [['MVPD', mvpd] as const]),
  ...(resources === undefined ? [] : [['resources', String(resources)] as const]),
];

const reasonsOf = ({ code, field, rule }: TraceReport): readonly Row[] => [
  ...(code === undefined ? [] : [['code', withTitle(code)] as const]),
  ...(field === undefined ? [] : [['field', field] as const]),
  ...(rule === undefined ? [] : [['business rule', rule] as const]),
];

/** Codes of the gateway have a title. */
const withTitle = (code: string): string => {
  const title = Object.entries(catalogue).find(([own]) => own === code)?.[1].title;
  return title === undefined ? code : `${code}: ${title}`;
};
