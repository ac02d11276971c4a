import type { Fixtures, Mvpd, ServiceProvider } from '#src/fixtures';
import { refuse } from '../errors/refusal.ts';

/** Error: invalid_parameter_service_provider. */
export const findServiceProvider = (
  { serviceProviders }: Pick<Fixtures, 'serviceProviders'>,
  id: string | null | undefined,
): ServiceProvider => {
  const found = serviceProviders.find((serviceProvider) => serviceProvider.id === id);
  if (!found) throw refuse('invalid_parameter_service_provider');
  return found;
};

/** Error: invalid_parameter_mvpd. */
export const findMvpd = ({ mvpds }: Pick<Fixtures, 'mvpds'>, id: string | null | undefined): Mvpd => {
  const found = mvpds.find((mvpd) => mvpd.id === id);
  if (!found) throw refuse('invalid_parameter_mvpd');
  return found;
};
