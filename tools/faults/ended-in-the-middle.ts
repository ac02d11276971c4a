import { createBrowser } from '@kinpass/simulator/browser';
import { signInAtMvpd } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import type { Fault } from './fault.ts';
import { startGateways } from './world/gateways.ts';
import { createWatch, right, wrong } from './world/watch.ts';

/** At each step of a sign-in and of a login, the gateway of the previous step has ended. */
export const endedInTheMiddle: Fault = {
  id: 'E24',
  name: 'SIGTERM during a sign-in, a login and a poll: each step on another gateway',
  run: async (size) => {
    await using world = await startGateways({ nodes: 2 });
    const { simulator, balancer } = world;
    const watch = createWatch({ excuses: false });
    let recovery = 0;
    let restarts = 0;
    const restart = async (): Promise<void> => {
      const node = restarts % 2;
      restarts += 1;
      world.node(node).signal('SIGTERM');
      const exitCode = await world.node(node).ended;
      const ended = systemClock.monotonic();
      await world.start(node);
      await balancer?.untilReady(2);
      recovery = Math.max(recovery, systemClock.monotonic() - ended);
      if (exitCode !== 0) watch.note(`a gateway ended with exit code ${exitCode}`);
    };
    const user = simulator.fixtures.users.find(({ id }) => id === 'ana');
    const subscription = user?.subscriptions[0];
    if (!user || !subscription) throw new Error('ana has no subscription');

    const rounds = size === 'short' ? 1 : 3;
    for (let round = 0; round < rounds; round += 1) {
      const tv = world.device();
      const browser = createBrowser({ address: '198.51.100.2' });
      const code = await tv.signIn.requestDeviceCode();
      const steps: (() => Promise<unknown>)[] = [
        () => browser.open(code.verificationUriComplete),
        () => browser.submit({ button: 'Continue' }),
        () => browser.submit({ button: 'Continue with DTC' }),
        () => browser.submit({ fill: { username: user.id, password: user.password } }),
        () => browser.submit({ button: 'Approve' }),
        async () => tv.use(await tv.signIn.awaitTokens(code)),
      ];
      for (const step of steps) {
        await watch.ask(async () => {
          await step();
          return right;
        });
        await restart();
      }
      const { mvpd } = subscription;
      const redirectUrl = 'https://www.testadobe.com/';
      const session = await tv.createSession({ mvpd, domainName: 'testadobe.com', redirectUrl });
      const path = `/REF30/profiles/code/${session.body['code']}`;
      // Handed over, and repeated on the other gateway until the login is complete.
      const held = watch.ask(async () => {
        for (;;) {
          const answer = await tv.call(path, { headers: { prefer: 'wait=25' } });
          if (answer.status !== 200) return wrong(`${answer.status} ${answer.text}`);
          if (answer.text.includes(mvpd)) return right;
        }
      });
      await restart();
      await restart();
      await signInAtMvpd(createBrowser({ address: tv.address }), tv.browserUrl(session), subscription);
      await held;
      await tv.logout(mvpd, redirectUrl);
    }
    const failures = balancer?.failures ?? [];
    const figures = watch.figures();
    return {
      ...figures,
      recovery,
      lost: figures.lost + failures.length,
      examples: [...figures.examples, ...failures],
    };
  },
};
