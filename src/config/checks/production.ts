import type { Draft } from '../draft.ts';
import type { Finding } from '../faults/fault.ts';
import { isPlaceholder, placeholders } from './placeholders.ts';

/** What production refuses: settings for development, and values that nobody has filled in. */
export const productionFaults = (settings: Draft): Finding[] =>
  settings.production
    ? [...developmentSettings(settings), ...placeholders(settings), ...sharedStatements(settings)]
    : [];

const developmentSettings = ({ insecureHttp, store }: Draft): Finding[] => [
  ...(insecureHttp ? [{ path: ['insecureHttp'], message: 'is not allowed in production' }] : []),
  ...(store?.kind === 'memory'
    ? [{ path: ['store', 'kind'], message: 'memory is not allowed in production', write: 'sqlite' }]
    : []),
];

/** A registration names its app by the statement alone. */
const sharedStatements = ({ apps = [] }: Draft): Finding[] =>
  apps.flatMap((app, index) => {
    const statement = app?.softwareStatement;
    if (statement === undefined || isPlaceholder(statement)) return [];
    const first = apps.findIndex((other) => other?.softwareStatement === statement);
    return first === index
      ? []
      : [
          {
            path: ['apps', index, 'softwareStatement'],
            message: `must not be that of apps[${first}]: each app has its own`,
          },
        ];
  });
