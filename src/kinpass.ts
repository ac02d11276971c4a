/**
 * What `import … from 'kinpass'` gives a program that embeds the gateway. This file owns the public names and must
 * not hold any code.
 */
export { loadConfig, parseConfig } from '#src/config/load';
export type { Config, ConfigInput } from '#src/config/schema';
export { createGateway, type Gateway, type Overrides } from '#src/gateway';
export { type ErrorCode, KinpassError } from '#src/lib/errors';
