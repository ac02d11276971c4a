import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Brands } from '#src/authorization-server/deps';
import type { BusinessRule } from '#src/config/business-rules/rule-schema';
import type { Config } from '#src/config/schema';
import type { VerifyExternalToken } from '#src/external-token/verify-external-token';
import type { Directory } from '#src/families/directory';
import type { ForgetEnded } from '#src/flows/forget-ended';
import type { ForgetServiceTokens } from '#src/flows/forget-service-tokens';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { KnownAccounts } from '#src/flows/known-accounts';
import type { KnownCallers } from '#src/flows/known-callers';
import type { NoteProfiles } from '#src/flows/note-profiles';
import type { KnownAnswers } from '#src/known-answers/known-answers';
import type { DecryptAttribute } from '#src/user-metadata/decrypt-attribute';
import type { Families } from './families.ts';
import type { MediaTokens } from './media-tokens.ts';
import type { Runtime } from './runtime.ts';
import type { SignIns } from './sign-ins.ts';

/** What both listeners of one gateway are composed of. */
export interface Services {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly adobe: AdobePass;
  readonly families: Families;
  readonly directory: Directory;
  readonly brands: Brands;
  /** By app id: how the service tokens that the app supplies are verified. */
  readonly externalTokens: ReadonlyMap<string, VerifyExternalToken>;
  /** Undefined without a key of Adobe's. */
  readonly mediaTokens: MediaTokens | undefined;
  readonly decryptAttribute: DecryptAttribute;
  readonly businessRules: readonly BusinessRule[];
  readonly forgetServiceTokens: ForgetServiceTokens;
  readonly forgetEnded: ForgetEnded;
  readonly signIns: SignIns;
  readonly knownAccounts: KnownAccounts;
  readonly knownCallers: KnownCallers;
  readonly knownAnswers: KnownAnswers;
  readonly noteProfiles: NoteProfiles;
  readonly identifyCaller: IdentifyCaller;
}
