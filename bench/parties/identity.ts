// The identity providers, for the row that signs viewers in: those of the simulator. `identity.ts GATEWAY_ORIGIN`
import { startSimulator } from '@kinpass/simulator';

const [gatewayOrigin = ''] = process.argv.slice(2);
const { origins } = await startSimulator({ host: '127.0.0.1', ports: 0, gatewayOrigin });
process.send?.(JSON.stringify(origins));
process.on('disconnect', () => process.exit());
