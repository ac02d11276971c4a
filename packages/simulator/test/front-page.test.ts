import { expect, test } from 'vitest';
import { createBrowser } from '#src/browser/browser';
import { request } from '#src/client/request';
import { startWorld } from './world.ts';

const parties = ['mvpd', 'dtc', 'google', 'facebook', 'apple'] as const;

test.each(parties)('who opens the address of %s reads whom it plays, and every link works', async (name) => {
  await using world = await startWorld();
  const page = await createBrowser().open(`${world.origins[name]}/`);
  expect(page.status).toBe(200);
  expect(page.root.querySelector('h1')?.text).toMatch(/^Simulated /);
  expect(page.text).toContain('This is a simulation');
  const links = page.root.querySelectorAll('a').map((link) => link.getAttribute('href') ?? '');
  expect(links).toContain(`${world.origins.adobe}/`);
  expect(links.some((link) => link.endsWith('/.well-known/openid-configuration'))).toBe(name !== 'mvpd');
  for (const url of links) expect([url, (await request({ url })).status]).toEqual([url, 200]);
});

test.each(['dtc', 'google', 'facebook', 'apple'] as const)('%s names who can sign in there', async (name) => {
  await using world = await startWorld();
  const { text } = await createBrowser().open(`${world.origins[name]}/`);
  for (const user of world.fixtures.users)
    for (const shown of [user[name].email, user.password]) expect(text).toContain(shown);
});

test('the page of the TV providers names the subscribers of each', async () => {
  await using world = await startWorld();
  const { text, root } = await createBrowser().open(`${world.origins.mvpd}/`);
  const asked = world.fixtures.mvpds.filter(({ authentication }) => authentication);
  expect(root.querySelectorAll('h3').map((title) => title.text)).toEqual(
    asked.map(({ id, displayName }) => `${displayName} (${id})`),
  );
  for (const { username, password } of world.fixtures.users.flatMap(({ subscriptions }) => subscriptions))
    for (const shown of [username, password]) expect(text).toContain(shown);
});

test('it is no part of the party: nothing is recorded, no fault applies, everything else is the party’s', async () => {
  await using world = await startWorld();
  const { dtc, facebook } = world.origins;
  await world.post('/_control/faults', { match: { party: 'dtc' }, fault: { kind: 'status', status: 500 } });
  expect((await request({ url: `${dtc}/?from=elsewhere` })).status).toBe(200);
  expect(await world.requests()).toEqual([]);
  const posted = await request({ method: 'POST', url: `${dtc}/` });
  expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, HEAD']);
  expect((await request({ url: `${facebook}/nothing` })).body).toHaveProperty('error.code', 2500);
});
