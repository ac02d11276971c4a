import { describe, expect, test } from 'vitest';
import { adminAccess } from '#src/config/checks/admin';
import { faultLines } from '#src/config/faults/fault';
import { adminRoles } from '#src/config/schema/listeners';
import { createAdminAccess } from '#src/http/admin-tokens';
import type { Context } from '#src/http/context';

/** One setting, `admin.host: 0.0.0.0`, let the whole network revoke accounts. */
test.each(['0.0.0.0', '::', '10.0.0.5', 'admin.internal'])(
  'a listener on %s does not start without a token',
  (host) => {
    const admin = { host, port: 8081, allowedHosts: [], tokens: [] };
    expect(faultLines(adminAccess({ admin }))).toBe(
      `admin.host  "${host}" is not a loopback address: set admin.tokens, or use 127.0.0.1`,
    );
  },
);

describe('while no token is configured', () => {
  const connection = (localAddress?: string, remoteAddress?: string) =>
    ({ req: { socket: { localAddress, remoteAddress } }, get: () => '', state: {} }) as unknown as Context;
  const { require } = createAdminAccess([]);

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ])('a connection from %s to %s may do everything', async (local, remote) => {
    const ctx = connection(local, remote);
    for (const role of adminRoles) await require({ role })(ctx, async () => undefined);
    expect(ctx.state.operator?.actor).toBe('loopback');
  });

  test.each([
    ['192.0.2.7', '192.0.2.9'],
    ['127.0.0.1', '192.0.2.9'],
    ['2001:db8::1', '2001:db8::2'],
    [undefined, undefined],
  ])('one to %s from %s may not', async (local, remote) => {
    const ctx = connection(local, remote);
    const asked = require({ role: 'read' })(ctx, async () => undefined);
    await expect(asked).rejects.toMatchObject({ code: 'admin_loopback_only' });
    await require({ role: 'read', withoutToken: 'the status alone' })(ctx, async () => undefined);
    expect(ctx.state.operator).toBeUndefined();
  });
});
