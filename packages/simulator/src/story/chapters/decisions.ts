import { decisionsText, profilesText, readDecisions } from '#src/client/answers';
import { ensure, type Stage } from '../stage.ts';

/** What Ana may watch, with a profile that this device never logged in for. */
export const decisions = async (stage: Stage): Promise<void> => {
  const { phone } = stage.devices;
  const brand = phone.serviceProvider;
  stage.narrator.chapter('Ana watches on her phone');

  await stage.exchange({
    who: 'Phone',
    what: `GET /api/v2/${brand}/profiles/Cablevision`,
    run: () => phone.profile('Cablevision'),
    summarize: profilesText,
  });

  const resources = ['REF40', 'news', 'sports'];
  const filtered = await stage.exchange({
    who: 'Phone',
    what: `POST /api/v2/${brand}/decisions/preauthorize/Cablevision (${resources.join(', ')})`,
    run: () => phone.preauthorize('Cablevision', resources),
    summarize: decisionsText,
  });
  ensure(outcomes(filtered) === 'REF40 yes, news yes, sports no', 'preauthorization had another result');

  const played = await stage.exchange({
    who: 'Phone',
    what: `POST /api/v2/${brand}/decisions/authorize/Cablevision (REF40)`,
    run: () => phone.authorize('Cablevision', ['REF40']),
    summarize: decisionsText,
  });
  ensure(readDecisions(played)[0]?.token !== undefined, 'the permit has no media token');

  const denied = await stage.exchange({
    who: 'Phone',
    what: `POST /api/v2/${brand}/decisions/authorize/Cablevision (sports)`,
    run: () => phone.authorize('Cablevision', ['sports']),
    summarize: decisionsText,
  });
  ensure(readDecisions(denied)[0]?.error !== undefined, 'the denial has no reason');
};

const outcomes = (answer: Parameters<typeof readDecisions>[0]): string =>
  readDecisions(answer)
    .map(({ resource, authorized }) => `${resource} ${authorized ? 'yes' : 'no'}`)
    .join(', ');
