import type { AppConfig } from '#src/config/schema';
import type { CodeKey } from '#src/families/codes';
import type { ActivationLinks } from '#src/flows/activation-links';
import type { AwaitCodeProfile } from '#src/flows/await-code-profile';
import type { ChooseForCode } from '#src/flows/choose-for-code';
import type { FindTypedCode } from '#src/flows/find-typed-code';
import type { ListForCode } from '#src/flows/list-for-code';
import type { EndOfCode, ReadOpenSession } from '#src/flows/read-open-session';

/** What can be done on another screen with the code of an app that speaks plain REST V2. */
export interface SecondScreenFlows {
  readonly links: Pick<ActivationLinks, 'fits'>;
  readonly findTypedCode: FindTypedCode;
  readonly readOpenSession: ReadOpenSession;
  readonly listForCode: ListForCode;
  readonly chooseForCode: ChooseForCode;
  readonly awaitCodeProfile: AwaitCodeProfile;
  /** Why a code is no longer known. */
  whyGone(key: CodeKey): Promise<EndOfCode>;
  /** The app of an instance. */
  appOf(instance: string): Promise<AppConfig | undefined>;
  /** Where a browser logs in at the TV provider, at Adobe. */
  authenticateUrl(key: CodeKey): Promise<string>;
}
