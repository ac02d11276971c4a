/** The page on which a viewer goes on to their TV provider, for a device that was approved. */
export const tvProviderPath = (id: string): string => `/device/${id}/tv-provider`;
