import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '#src/lib/clock';
import { freePort } from '../../test/support/free-port.ts';
import type { Fault, Measure } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { startNameServer } from './world/name-server.ts';
import { startTcpProxy, type TcpProxy } from './world/tcp-proxy.ts';
import { createWatch, ownProfiles, untilRight } from './world/watch.ts';

const name = 'adobe.faults.example';
const [nameServer, first, second, dead] = ['127.53.0.1', '127.53.0.2', '127.53.0.3', '127.53.0.4'];

const canMount = (): boolean =>
  process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/mnt']).status === 0;

/** A Node.js that uses our DNS server, in its own mount namespace. */
const nodeWithNames = (folder: string): string => {
  const [resolver, program] = [join(folder, 'resolv.conf'), join(folder, 'node')];
  writeFileSync(resolver, `nameserver ${nameServer}\noptions timeout:6 attempts:1\n`);
  const mount = `mount --bind ${resolver} /etc/resolv.conf && exec ${process.execPath} "$@"`;
  writeFileSync(program, `#!/bin/sh\nexec unshare -m sh -c '${mount}' node "$@"\n`);
  chmodSync(program, 0o755);
  return program;
};

/** Adobe's address changes, its name disappears, DNS is slow, and one address is dead. */
export const movingNames: Fault = {
  id: 'E8',
  name: 'DNS: the address changes, NXDOMAIN, an answer after 5 s, one of two addresses dead',
  within: 5_000,
  run: async (size) => {
    if (!canMount()) return 'giving a process its own DNS server requires root and permission to mount';
    const folder = mkdtempSync(join(tmpdir(), 'kinpass-names-'));
    await using built = new AsyncDisposableStack();
    built.defer(() => rmSync(folder, { recursive: true, force: true }));
    const names = built.use(await startNameServer(nameServer));
    names.answer([first]);
    const port = await freePort();
    const proxies: TcpProxy[] = [];
    const world = built.use(
      await startGateways({
        program: nodeWithNames(folder),
        settings: { adobe: { origin: `http://${name}:${port}` } },
        onSimulator: async ({ origins }) => {
          const target = Number(new URL(origins.adobe).port);
          for (const host of [first, second])
            proxies.push(built.use(await startTcpProxy(target, { host, port })));
        },
      }),
    );
    const ask = await ownProfiles(await world.signIn('ana'));
    const watch = createWatch();
    const measures: Measure[] = [];
    const load = watch.steadily(Array(4).fill(ask), 50);

    const until = async (holds: () => boolean, longest: number): Promise<number> => {
      const began = systemClock.monotonic();
      while (!holds() && systemClock.monotonic() - began < longest) await setTimeout(20);
      return systemClock.monotonic() - began;
    };
    if (size === 'whole') {
      names.answer([second]);
      const [old] = proxies;
      const moved = await until(() => old?.open === 0, 40_000);
      measures.push({
        what: 'until no connection to the old address is left',
        value: moved,
        most: 30_000,
        unit: 'ms',
      });
      watch.planted();
      names.answer([]);
      await setTimeout(20_000);
      names.answer([second]);
      watch.removed();
      await untilRight(ask);
      await setTimeout(15_000);
      watch.planted();
      names.delay(5_000);
      await setTimeout(20_000);
      names.delay(0);
      watch.removed();
      await untilRight(ask);
      await setTimeout(5_000);
    }
    watch.planted();
    names.answer([dead, second]);
    const before = watch.refused;
    await setTimeout(size === 'whole' ? 20_000 : 500);
    measures.push({ what: 'refused with one of two addresses dead', value: watch.refused - before, most: 0 });
    await load.stop();
    return watch.figures({ measures });
  },
};
