import type { AdobePass } from '#src/adobe-pass/adobe-pass';
import type { Config } from '#src/config/schema';
import type { ForgetServiceTokens } from '#src/flows/forget-service-tokens';
import type { VerifyExternalToken } from '#src/service-token/external';
import type { Directory } from './directory.ts';
import type { Families } from './families.ts';
import type { Foundations } from './foundations.ts';

/** What the two listeners of one gateway stand on. */
export interface Ground {
  readonly config: Config;
  readonly on: Foundations;
  readonly adobe: AdobePass;
  readonly families: Families;
  readonly directory: Directory;
  readonly externalTokens: ReadonlyMap<string, VerifyExternalToken>;
  readonly forgetServiceTokens: ForgetServiceTokens;
}
