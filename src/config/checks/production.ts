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

/** A registration names its app by the statement alone, and operators' work has a scope that no app may have. */
const sharedStatements = ({ apps = [], adobe }: Draft): Finding[] => {
  const statements = apps.map((app) => [app?.softwareStatement ?? []].flat());
  const ownerOf = (statement: string | undefined) => statements.findIndex((own) => own.includes(statement));
  const reset = adobe?.tempPassReset?.softwareStatement;
  const ofApps = statements.flatMap((own, index) => {
    const shared = own.find((statement) => ownerOf(statement) !== index);
    return shared === undefined || isPlaceholder(shared)
      ? []
      : [
          {
            path: ['apps', index, 'softwareStatement'],
            message: `must not be that of apps[${ownerOf(shared)}]: each app has its own`,
          },
        ];
  });
  return reset === undefined || isPlaceholder(reset) || ownerOf(reset) === -1
    ? ofApps
    : [
        ...ofApps,
        {
          path: ['adobe', 'tempPassReset', 'softwareStatement'],
          message: `must not be that of apps[${ownerOf(reset)}]: it has a scope of its own`,
        },
      ];
};
