// A gateway with the settings that it is given as JSON; says on which ports it serves.
import { openListeners, runGateway } from '#src/cli/gateway-servers';
import { parseConfig } from '#src/config/load';
import { createLog } from '#src/observability/logger';

const config = parseConfig(JSON.parse(process.argv[2] ?? ''));
const listeners = await openListeners(config);
await runGateway(config, listeners, { log: createLog('silent') });
process.stdout.write(`${listeners.public.port} ${listeners.admin.port}\n`);
