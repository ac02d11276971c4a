import { completeForm } from '../../world.ts';
import { bodyOf, createSwitchStage, type Now, type SwitchCase, statusOf } from '../switch-stage.ts';

/** Sessions and the configuration. */
export const sessionCases = (now: Now) => {
  const { raw, incomplete, phoneWithSso } = createSwitchStage(now);

  return {
    codeAfterLogin: {
      settings: { codeAfterLogin: 'once' },
      observe: async () => {
        const { body } = await now().tv.logIn();
        const path = `/profiles/code/${body['code']}`;
        return [await statusOf(raw.get(path)), await statusOf(raw.get(path))];
      },
      before: [200, 200],
      after: [200, 400],
    },
    codeOnResumedAuthorize: {
      settings: { codeOnResumedAuthorize: true },
      observe: async () => {
        await now().tv.logIn();
        return 'code' in (await raw.form(`/sessions/${await incomplete()}`, completeForm)).body;
      },
      before: false,
      after: true,
    },
    codeOnSsoAuthorize: {
      settings: { codeOnSsoAuthorize: true },
      observe: async () => {
        const { phone, headers } = await phoneWithSso();
        return 'code' in (await phone.raw.form('/api/v2/REF40/sessions', completeForm, headers)).body;
      },
      before: false,
      after: true,
    },
    domainSpelling: {
      settings: { domainSpelling: 'domain' },
      observe: async () => (await raw.form('/sessions', {})).body['missingParameters'],
      before: ['mvpd', 'domainName', 'redirectUrl'],
      after: ['mvpd', 'domain', 'redirectUrl'],
    },
    sessionStatusMembers: {
      settings: { sessionStatusMembers: 'flow' },
      observe: async () => Object.keys(await bodyOf(raw.get(`/sessions/${await incomplete()}`))).slice(0, 2),
      before: ['existingParameters', 'missingParameters'],
      after: ['existing', 'missing'],
    },
    configurationShape: {
      settings: { configurationShape: 'table' },
      observe: async () => Object.keys(await bodyOf(raw.get('/configuration'))),
      before: ['device', 'clientType', 'os', 'requestor'],
      after: ['device', 'clientType', 'os', 'errorReporting', 'requestor', 'mvpds', 'time'],
    },
  } satisfies Record<string, SwitchCase>;
};
