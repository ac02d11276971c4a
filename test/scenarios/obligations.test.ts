/**
 * The obligations that an MVPD attaches to a decision, as an app of the gateway sees them: two of permits, two of denials.
 * Source: Authentication, MVPD integration, Authorization (XACML obligations).
 */
import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decisionsOf, verdicts } from '../support/answers.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway({
    settings: {
      decisions: { upgrades: [{ mvpd: 'Dish', details: 'package' }] },
    },
  });
  tv = await t.signIn(t.device('tv'), 'ben');
  for (const mvpd of ['Dish', 'ValleyTel']) await tv.profileByCode(await t.logInAtMvpd(tv, 'ben', mvpd));
});
afterAll(() => t[Symbol.asyncDispose]());

interface Transaction {
  readonly resource: string;
  readonly obligations: readonly string[];
}

/** What an MVPD has said with its latest decision. */
const latestOf = async (mvpd: string): Promise<Transaction | undefined> => {
  const { text } = await request({
    url: `${t.simulator.origins.adobe}/_control/authorizations?mvpd=${mvpd}`,
  });
  return (JSON.parse(text) as Transaction[]).at(-1);
};

const play = (mvpd: string, resource: string) =>
  tv.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    json: { purpose: 'play', mvpd, resources: [resource] },
  });

test('log, of a permit: Adobe records it, and the app plays as ever', async () => {
  expect(verdicts(await tv.authorize('Dish', ['REF30']))).toEqual({ REF30: true });
  expect(await latestOf('Dish')).toMatchObject({
    resource: 'REF30',
    logged: true,
    obligations: [expect.stringContaining(':obligations:log')],
  });
});

test('re-authz, of a permit: the app is told the time that the MVPD sets, and the next play is authorized again', async () => {
  const answer = await tv.authorize('ValleyTel', ['REF30']);
  expect((await latestOf('ValleyTel'))?.obligations.join()).toContain(':obligations:re-authz');
  const [decision] = decisionsOf(answer) as unknown as { notBefore: number; notAfter: number }[];
  expect(Number(decision?.notAfter) - Number(decision?.notBefore)).toBe(3_600_000);
  await t.control.clearRequests();
  expect(verdicts(await tv.authorize('ValleyTel', ['REF30']))).toEqual({ REF30: true });
  const again = (await t.control.requests()).filter(({ operation }) => operation === 'decisions.authorize');
  expect(again).toHaveLength(1);
});

test('upgrade, of a denial: the app learns why, in the words of the MVPD and as the next step of its viewer', async () => {
  const answer = await tv.authorize('Dish', ['news']);
  expect((await latestOf('Dish'))?.obligations.join()).toContain(':obligations:upgrade');
  expect(verdicts(answer)).toEqual({ news: 'authorization_denied_by_mvpd' });
  const details = decisionsOf(answer)[0]?.error?.details;
  expect(details).toContain('package does not include');
  expect((await play('Dish', 'news')).body).toMatchObject({
    decisions: [{ decision: 'deny', error: { details }, next: { step: 'upgrade' } }],
  });
});

/** What an MVPD says of a household that has limited ratings, in the bare form, which nobody signs. */
const restricted = `<Response xmlns="urn:oasis:names:tc:xacml:2.0:context:schema:os"><Result><Decision>Deny</Decision>
<Status><StatusCode Value="urn:oasis:names:tc:xacml:1.0:status:ok"/><StatusMessage>Rated TV-MA</StatusMessage></Status>
<Obligations xmlns="urn:oasis:names:tc:xacml:2.0:policy:schema:os">
<Obligation ObligationId="urn:tve:xacml:2.0:obligations:restrict-pc" FulfillOn="Deny"/></Obligations></Result></Response>`;

test('restrict-pc, of a denial: the app learns that parental controls deny, and gets no media token', async () => {
  const match = { party: 'mvpd', operation: 'authorization' } as const;
  const fault = { kind: 'body', body: restricted, contentType: 'text/xml' } as const;
  await t.control.fault({ match, times: 2, fault });
  const plain = await tv.authorize('Dish', ['sports']);
  expect((await latestOf('Dish'))?.obligations.join()).toContain(':obligations:restrict-pc');
  const code = 'authorization_denied_by_parental_controls';
  expect(verdicts(plain)).toEqual({ sports: code });
  expect(decisionsOf(plain)[0]).not.toHaveProperty('token');
  const told = await play('Dish', 'sports');
  expect(told.body).toMatchObject({
    decisions: [{ decision: 'deny', error: { code, details: 'Rated TV-MA' } }],
  });
  expect(told.text).not.toContain('mediaToken');
});

test('one that nobody knows, of a permit, denies: nobody could fulfil it', async () => {
  const url = `${t.simulator.origins.adobe}/_control/mvpds/answers`;
  await request({ method: 'POST', url, json: { mvpd: 'Dish', bend: 'unknown-obligation', times: 1 } });
  expect(verdicts(await tv.authorize('Dish', ['sports']))).toEqual({
    sports: 'authorization_denied_by_mvpd',
  });
  expect(verdicts(await tv.authorize('Dish', ['sports']))).toEqual({ sports: true });
});
