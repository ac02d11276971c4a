/**
 * The requests of each journey, to the app's server and to Adobe: `npm run bench -- journeys`. This folder owns apps of three
 * kinds and what they do; it must not know how long anything takes.
 */
import { request, signInAtMvpd } from '@kinpass/simulator/client';
import { startGateway, type TestWorld } from '../../test/support/start-gateway.ts';
import { appAtAdobe, appAtKinpass, appWithStart } from './apps.ts';
import { type App, type Cost, type JourneyName, journeyNames, measure } from './journey.ts';

type Costs = Readonly<Record<JourneyName, Cost>>;

const names = Object.keys(journeyNames) as JourneyName[];

const costsOf = async (createApp: (t: TestWorld) => App): Promise<{ name: string; costs: Costs }> => {
  // The app at Adobe registers with more headers than documented.
  await using t = await startGateway({ unchecked: /^\/o\/client\// });
  await request({
    method: 'PUT',
    url: `${t.simulator.origins.adobe}/_control/switches`,
    json: { throttle: 'off' },
  });
  const app = createApp(t);
  const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
  if (!subscription) throw new Error('ana has no subscription');
  const logIn = async (url: string): Promise<void> => {
    await signInAtMvpd(t.browser(), url, subscription);
  };
  const costs: [JourneyName, Cost][] = [];
  for (const name of names) costs.push([name, await measure(t, app, app.journeys[name], logIn)]);
  return { name: app.name, costs: Object.fromEntries(costs) as Costs };
};

/** The costs of all journeys, by the kind of app. */
export const measureJourneys = async (): Promise<readonly { name: string; costs: Costs }[]> => [
  await costsOf(appAtAdobe),
  await costsOf(appAtKinpass),
  await costsOf(appWithStart),
];

/** A table in Markdown: requests of the app, of which so many reach Adobe, and logins at the TV provider. */
export const journeyTable = (measured: readonly { name: string; costs: Costs }[]): string => {
  const cell = ({ app, adobe, logins }: Cost): string =>
    `${app} / ${adobe}${logins > 0 ? ` · ${logins} login` : ''}`;
  return [
    `| journey | ${measured.map(({ name }) => name).join(' | ')} |`,
    `|---|${measured.map(() => '---').join('|')}|`,
    ...names.map(
      (journey) =>
        `| ${journeyNames[journey]} | ${measured.map(({ costs }) => cell(costs[journey])).join(' | ')} |`,
    ),
  ].join('\n');
};
