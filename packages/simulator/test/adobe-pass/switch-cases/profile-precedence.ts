import { createSwitchStage, type Now, type SwitchCase, typeAt } from '../switch-stage.ts';

/** Which profile applies, and which a logout ends. */
export const profilePrecedenceCases = (now: Now) => {
  const { service, platform, phoneWithSso } = createSwitchStage(now);

  return {
    profilePrecedence: {
      settings: { profilePrecedence: 'sso' },
      observe: async () => {
        const headers = await service();
        await now().tv.logIn({ headers });
        return typeAt(now().tv, headers);
      },
      before: 'regular',
      after: 'serviceTokenSSO',
    },
    ssoPrecedence: {
      settings: { ssoPrecedence: 'platform' },
      observe: async () => {
        const headers = { ...(await service()), ...(await platform()) };
        await now().tv.logIn({ headers });
        return typeAt(await now().world.deviceOf('ref40-phone'), headers);
      },
      before: 'serviceTokenSSO',
      after: 'platformSSO',
    },
    logoutWithoutToken: {
      settings: { logoutWithoutToken: 'linked' },
      observe: async () => {
        const { phone, headers } = await phoneWithSso();
        await now().tv.logOut();
        return typeAt(phone, headers);
      },
      before: 'serviceTokenSSO',
      after: undefined,
    },
    disabledIntegration: {
      settings: { disabledIntegration: 'hidden' },
      observe: async () => {
        await now().tv.logIn();
        const place = { serviceProvider: 'REF30', mvpd: 'Cablevision' };
        await now().world.control('/integrations', { ...place, enabled: false });
        return typeAt(now().tv);
      },
      before: 'regular',
      after: undefined,
    },
  } satisfies Record<string, SwitchCase>;
};
