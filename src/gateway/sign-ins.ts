import type { Config } from '#src/config/schema';
import type { Directory } from '#src/families/directory';
import { createCheckSignIn, createJudgeSignIn } from '#src/flows/check-sign-in';
import { createEndSignIn } from '#src/flows/end-sign-in';
import { createFindSessionViewer } from '#src/flows/find-session-viewer';
import { createFindViewer } from '#src/flows/find-viewer';
import type { ForgetServiceTokens } from '#src/flows/forget-service-tokens';
import type { KnownAccounts } from '#src/flows/known-accounts';
import type { Families } from './families.ts';
import type { Runtime } from './runtime.ts';

interface Deps {
  readonly config: Pick<Config, 'signIn'>;
  readonly runtime: Pick<Runtime, 'clock'>;
  readonly instances: Families['instances'];
  readonly accounts: KnownAccounts;
  readonly directory: Pick<Directory, 'findApp' | 'familyOf'>;
  readonly forgetServiceTokens: ForgetServiceTokens;
}

/** What sign-ins and browser sessions rest on, for calls, token requests and pages alike. */
export const composeSignIns = ({ config, runtime, ...deps }: Deps) => {
  const { clock } = runtime;
  const { accounts, instances, directory, forgetServiceTokens } = deps;
  const { findApp, familyOf } = directory;
  const { signInLifetime, sessionLifetime } = config.signIn;
  const endSignIn = createEndSignIn({ instances, forgetServiceTokens });
  const findViewer = createFindViewer({ accounts });
  const judgeSignIn = createJudgeSignIn({ clock, lifetime: signInLifetime, findApp, familyOf, endSignIn });
  return {
    endSignIn,
    findViewer,
    judgeSignIn,
    checkSignIn: createCheckSignIn({ instances, judge: judgeSignIn }),
    findSessionViewer: createFindSessionViewer({ findViewer, clock, lifetime: sessionLifetime, familyOf }),
  };
};

export type SignIns = ReturnType<typeof composeSignIns>;
