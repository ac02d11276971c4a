import type { Draft } from '../draft.ts';
import type { Finding, Path } from '../fault.ts';

/** What production refuses: settings for development, and values that nobody has filled in. */
export const productionFaults = (settings: Draft): Finding[] =>
  settings.production
    ? [...developmentSettings(settings), ...placeholders(settings, []), ...sharedStatements(settings)]
    : [];

const developmentSettings = ({ insecureHttp, store }: Draft): Finding[] => [
  ...(insecureHttp ? [{ path: ['insecureHttp'], message: 'is not allowed in production' }] : []),
  ...(store?.kind === 'memory'
    ? [{ path: ['store', 'kind'], message: 'memory is not allowed in production', write: 'sqlite' }]
    : []),
];

/** Values that samples and documentation have. Nobody owns the example domains (RFC 2606 §3). */
const placeholder =
  /^(change|replace|fill)[-_ ]?(me|this|in)\b|^your[-_]|^<.*>$|^(todo|tbd|x{3,})$|^set KINPASS_|^the software statement|^1234(5678(90)?)?(\.|$)|(^|[/.@])example\.(com|net|org)(?=$|[:/])/i;

const isPlaceholder = (text: string): boolean => placeholder.test(text);

const placeholders = (value: unknown, path: Path): Finding[] => {
  if (typeof value === 'string')
    return isPlaceholder(value) ? [{ path, message: 'is a placeholder: give the real value' }] : [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => placeholders(entry, [...path, index]));
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => placeholders(member, [...path, key]))
    : [];
};

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
