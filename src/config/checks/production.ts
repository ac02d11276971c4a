import type { Draft } from '../draft.ts';
import type { Finding } from '../fault.ts';

/** Settings for development that production refuses. */
export const developmentSettings = (settings: Draft): Finding[] => {
  if (!settings.production) return [];
  return [
    ...(settings.insecureHttp ? [{ path: ['insecureHttp'], message: 'is not allowed in production' }] : []),
    ...(settings.store?.kind === 'memory'
      ? [{ path: ['store', 'kind'], message: 'memory is not allowed in production', write: 'sqlite' }]
      : []),
  ];
};
